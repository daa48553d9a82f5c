"""Where artifact bytes can live: one store per file."""
