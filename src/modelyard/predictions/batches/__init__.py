"""A file of rows through a model: read and checked, predicted in parts, results on disk."""
