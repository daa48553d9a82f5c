"""A model as a Gradio page: a form for one row, a file for many; what a Gradio Space runs."""
