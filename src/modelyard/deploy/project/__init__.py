"""What a code base would really deploy: which thing, on which platform, started by which command."""
