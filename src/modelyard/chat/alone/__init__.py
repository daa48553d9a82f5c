"""A collection without the yard: its index as a file that is only read, and a small service of its own."""
