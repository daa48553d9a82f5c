"""Jobs of the models room: one file each."""
