"""As whom AWS is called for an environment: what its spec says, what terraform is told, and boto3 alike."""
