"""From a line or an attribute of Terraform back to the template and the spec."""
