"""Reports of attempts: asked for, kept, fetched."""
