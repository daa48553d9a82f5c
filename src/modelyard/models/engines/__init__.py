"""Engines: what fits and predicts, one file each."""
