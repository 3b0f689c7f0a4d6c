"""From a typed spec to the values and shapes that the templates use: no Jinja, no HCL, no disk."""
