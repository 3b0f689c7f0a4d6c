"""States of Terraform: read, repaired and moved."""
