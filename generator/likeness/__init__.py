"""A spec after what exists: a project as CodeBuild describes it, a Terraform state, or a buildspec."""
