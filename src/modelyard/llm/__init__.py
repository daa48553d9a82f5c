"""LLMs and embedders: who serves them, what a call costs, and what an owner allows to be spent."""
