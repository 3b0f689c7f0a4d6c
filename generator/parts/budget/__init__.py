"""Part `budget` of the stack."""
