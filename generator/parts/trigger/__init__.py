"""Part `trigger` of the stack."""
