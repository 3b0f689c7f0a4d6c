"""Terraform's language as text: its tokens, and what a file says apart from how it is written."""
