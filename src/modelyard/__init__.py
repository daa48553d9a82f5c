"""Modelyard: from data to a live machine-learning or LLM service."""
