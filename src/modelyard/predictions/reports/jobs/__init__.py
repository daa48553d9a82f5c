"""Jobs of reports: one file each."""
