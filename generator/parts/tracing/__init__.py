"""Part `tracing` of the stack."""
