"""Part `backend` of the stack."""
