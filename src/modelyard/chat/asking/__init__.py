"""Asking a collection from the terminal."""
