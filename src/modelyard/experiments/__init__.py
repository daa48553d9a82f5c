"""Experiments: strategies × LLMs × samples, scored with intervals, compared in pairs."""
