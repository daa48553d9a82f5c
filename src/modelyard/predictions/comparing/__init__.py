"""What was predicted for several batches, labels or periods, beside each other."""
