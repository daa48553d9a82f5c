"""What an attempt came to: a table of configurations, every pair of them, and where they differ."""
