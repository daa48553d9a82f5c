"""Front ends of a code base, by tree-sitter: their packages, sources, environment reads and fetches."""
