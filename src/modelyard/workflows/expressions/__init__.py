"""Expressions that people type: one value per row, computed from the row's own columns and nothing else."""
