"""Reading a code base that is audited: its files and what they say, never running any of it."""
