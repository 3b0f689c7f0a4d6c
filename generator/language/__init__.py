"""The language of specs: YAML text becomes nodes, every value with its place; one layer over another."""
