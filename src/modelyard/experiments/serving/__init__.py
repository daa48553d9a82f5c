"""Answering from outside in the way that won an experiment."""
