"""Syncing a collection: what its origins hold now is found, read, cut, embedded and indexed; only what changed."""
