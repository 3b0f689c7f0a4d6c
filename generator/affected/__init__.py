"""Which environments a change of the repository changes, by what their modules mean to Terraform."""
