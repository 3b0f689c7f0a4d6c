"""Rendering and writing in two processes."""
