"""Indexes: one file for each place that chunks are searched in."""
