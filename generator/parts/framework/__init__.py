"""What every part is made of, and what becomes of all of them together."""
