"""Questions about a collection, written by an LLM and kept as a dataset."""
