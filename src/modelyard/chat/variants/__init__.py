"""Whole pages explained for a reader's level or translated, their source kept beside them."""
