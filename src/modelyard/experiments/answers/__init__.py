"""Looking at answers: where configurations differ, and everything about one sample."""
