"""Part `registry` of the stack."""
