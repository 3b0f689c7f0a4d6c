"""The rendered HCL that a plan was made from: where the plan does not say how an unknown value is composed."""
