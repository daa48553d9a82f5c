"""What readers of a collection ask, what could not be answered, and what to write about next."""
