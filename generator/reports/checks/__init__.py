"""Results of checks, as they are shown."""
