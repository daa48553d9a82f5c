"""Jobs of the deploy room."""
