"""The parts of the stack, one folder each, and the catalog that lists them."""
