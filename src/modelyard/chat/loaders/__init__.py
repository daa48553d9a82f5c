"""Loaders: one file for each format of documents."""
