"""What a spec may say: the typed, frozen model of one environment, one module a section.

The descriptions, examples and units here are the only source of the JSON Schema, of the spec reference and of what
`tfstencil explain` prints. Terraform's and AWS's own words are used where they exist.

A section that a spec may leave out stands for a part of the stack that may be missing: present means on, and `null` in
a higher layer takes away what a lower one turned on.
"""
