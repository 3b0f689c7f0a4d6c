"""Rendered modules and what differs in them, as they are shown."""
