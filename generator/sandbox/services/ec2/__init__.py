"""VPCs in the sandbox."""
