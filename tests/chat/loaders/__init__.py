"""Loaders: what they keep of files, and what they refuse."""
