"""Anything longer than a request: runs, their events, the supervisor."""
