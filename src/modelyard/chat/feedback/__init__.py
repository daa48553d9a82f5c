"""What readers thought of answers."""
