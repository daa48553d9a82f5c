"""Reports of batches: PDF and HTML with the same contents."""
