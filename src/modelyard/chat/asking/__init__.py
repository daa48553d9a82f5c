"""Asking and searching a collection from the terminal."""
