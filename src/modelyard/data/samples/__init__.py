"""Datasets that ship with the product: the catalogue's file, the data, their licences."""
