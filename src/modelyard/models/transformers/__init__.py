"""Checkpoints of language models that tell classes of text: taken in, served, fine-tuned, explained."""
