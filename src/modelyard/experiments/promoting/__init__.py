"""Putting the configuration that won to use."""
