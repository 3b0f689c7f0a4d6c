"""What is judged on plans."""
