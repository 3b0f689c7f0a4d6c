"""Loading environments: layers merged, variables replaced, checked against model and rules."""
