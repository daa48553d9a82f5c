"""Executors: where the calls of a step are carried out."""
