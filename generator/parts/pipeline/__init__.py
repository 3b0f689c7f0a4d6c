"""Part `pipeline` of the stack."""
