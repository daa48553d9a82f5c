"""An audit: run the rules, leave out what is ignored, join what has one cause, give each platform its verdict."""
