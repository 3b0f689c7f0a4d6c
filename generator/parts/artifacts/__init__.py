"""Part `artifacts` of the stack."""
