"""Part `state` of the stack."""
