"""Programs to copy: one template each, filled with an endpoint's address and example row."""
