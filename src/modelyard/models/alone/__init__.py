"""A model without the yard: what it needs to predict, and a small service of its own."""
