"""A collection as a Gradio page: a conversation with citations; what a Gradio Space runs."""
