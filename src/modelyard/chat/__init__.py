"""Chat over documents: collections, their index, answers with exact citations, and how good they are."""
