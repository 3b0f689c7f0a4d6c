"""tfstencil: short YAML specs in, complete and readable Terraform out."""

__version__ = "0.1.0"
