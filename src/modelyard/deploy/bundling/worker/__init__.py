"""A worker of a yard by itself: what a Space runs that trains for a small host."""
