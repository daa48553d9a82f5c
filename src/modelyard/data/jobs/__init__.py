"""Jobs of the data room: one file each."""
