"""Models side by side: predictions of the same rows, what differs between them, and whether it is more than chance."""
