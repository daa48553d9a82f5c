"""Why one row was predicted as it was: columns and words of the row, and how much each pushed the score."""
