"""What experiments do on a worker."""
