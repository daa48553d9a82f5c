"""Chunks, and what they are counted in."""
