"""Part `builds` of the stack."""
