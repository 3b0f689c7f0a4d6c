"""What each environment claims for itself in AWS, and which of them claim the same."""
