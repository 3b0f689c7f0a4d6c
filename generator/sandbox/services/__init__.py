"""What the sandbox adds to moto, a module or folder a service."""
