"""Part `alarms` of the stack."""
