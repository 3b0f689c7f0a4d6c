"""S3 in the sandbox."""
