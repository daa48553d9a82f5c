"""Answers and results as files to take away."""
