"""Reports as people and tools read them."""
