"""What became of environments that were changed, as it is shown."""
