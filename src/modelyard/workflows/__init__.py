"""Graphs of nodes: check, plan, execute."""
