"""Jobs of batches: one file each."""
