"""What an agent may use."""
