"""Rendering that knows where each piece of its output comes from."""
