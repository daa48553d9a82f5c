"""Jobs of drift: one file each."""
