"""Part `logs` of the stack."""
