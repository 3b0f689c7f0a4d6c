"""Part `access` of the stack."""
