"""What exists already: by which identifier Terraform takes over each type of resource, and how AWS is asked for it."""
