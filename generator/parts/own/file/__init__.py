"""What the file of a part may say: its keys, types, expressions and texts."""
