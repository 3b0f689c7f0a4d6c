"""Sets of texts, numbers and requests, and what is left of one without another."""
