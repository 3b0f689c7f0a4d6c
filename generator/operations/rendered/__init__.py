"""The modules that are rendered, and whether they are up to date."""
