"""The work of an attempt: what is asked, at what pace and through which desk, and how answers are kept."""
