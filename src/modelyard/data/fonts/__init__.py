"""Fonts of pictures and reports, so that they look the same on every machine."""
