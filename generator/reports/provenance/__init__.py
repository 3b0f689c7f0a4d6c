"""Where things come from, as it is shown."""
