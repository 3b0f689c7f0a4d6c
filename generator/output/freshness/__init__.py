"""Which environments are current, and why the others are not."""
