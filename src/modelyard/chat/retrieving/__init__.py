"""From a question to the passages that may answer it, and how strong their evidence is."""
