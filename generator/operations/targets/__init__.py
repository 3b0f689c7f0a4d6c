"""Environments as they are named, and opened for terraform."""
