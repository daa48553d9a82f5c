"""Intervals of figures measured on few or many rows: what would another draw of the same rows have shown?"""
