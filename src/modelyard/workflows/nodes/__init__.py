"""Nodes: one file each."""
