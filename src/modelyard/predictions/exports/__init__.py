"""Results of a batch as a file to take away."""
