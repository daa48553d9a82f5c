"""Bundles in the app: made by runs, looked at, taken away."""
