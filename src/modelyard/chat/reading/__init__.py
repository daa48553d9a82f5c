"""From the bytes of a file to a canonical text: characters, blocks, Markdown, HTML."""
