"""How requests are written and what was said is read; shared by strategies and scorers."""
