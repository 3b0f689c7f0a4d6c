"""Part `connection` of the stack."""
