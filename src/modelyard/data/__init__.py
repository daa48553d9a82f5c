"""Datasets: take in, profile, preview."""
