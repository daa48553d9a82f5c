"""Conversations: turns of one reader with one endpoint."""
