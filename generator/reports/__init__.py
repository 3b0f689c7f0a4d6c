"""Results as documents, and documents as text for a terminal, a comment, a browser or a program."""
