"""Tasks of Inspect run as jobs: their LLMs are this yard's, their log becomes an attempt."""
