"""Writing what was rendered: whole environments, atomically, and only over what we wrote ourselves."""
