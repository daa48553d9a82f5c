"""Things callable from outside, and the history of their calls."""
