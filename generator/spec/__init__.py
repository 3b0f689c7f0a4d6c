"""From YAML files to one typed, frozen model an environment, every value with its place."""
