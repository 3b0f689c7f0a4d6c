"""Part `notifications` of the stack."""
