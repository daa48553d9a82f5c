"""Words of the texts of a batch: most frequent, as a cloud, and those that tell groups apart."""
