"""Results about specs, as they are shown."""
