"""The history of calls as a file to take away."""
