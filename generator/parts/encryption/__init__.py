"""Part `encryption` of the stack."""
