"""Part `network` of the stack."""
