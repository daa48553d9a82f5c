"""Describing a dataset: statistics, associations, warnings; heavy imports happen inside functions."""
