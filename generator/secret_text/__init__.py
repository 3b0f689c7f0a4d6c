"""Recognises secrets that were written where everybody can read them."""
