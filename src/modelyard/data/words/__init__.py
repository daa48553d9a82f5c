"""Words of texts: where they are, how often, and which tell texts apart."""
