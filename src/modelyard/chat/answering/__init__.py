"""Answers to questions: evidence, an answer with exact citations, or an honest no."""
