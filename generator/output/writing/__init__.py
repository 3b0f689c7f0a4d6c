"""Writing environments: staged, swapped, locked; what is replaced is salvaged."""
