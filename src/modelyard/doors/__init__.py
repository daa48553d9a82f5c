"""The ways in: HTTP, terminal, worker."""
