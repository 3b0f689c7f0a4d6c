"""What people write: make it, explain it, compare it; nothing of it is rendered."""
