"""Inspect beside this product: its logs are taken in and given out, and its tasks are run."""
