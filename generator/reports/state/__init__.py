"""States and their outputs, as they are shown."""
