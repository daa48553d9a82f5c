"""Jobs of the workflows room: one file each."""
