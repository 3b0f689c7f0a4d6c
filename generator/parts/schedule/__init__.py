"""Part `schedule` of the stack."""
