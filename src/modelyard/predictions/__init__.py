"""What endpoints predict for whole files: batches, what is in their texts, corrections, reports."""
