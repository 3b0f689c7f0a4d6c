"""What is not as it was applied: changed outside, not applied yet, or known."""
