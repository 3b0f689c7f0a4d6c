"""CloudWatch Logs in the sandbox."""
