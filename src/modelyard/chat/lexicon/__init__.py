"""The words of chunks: how texts become them, where they are kept, and how they are searched and scored."""
