"""Jobs of collections: one file each."""
