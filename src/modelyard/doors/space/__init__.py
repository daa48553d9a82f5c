"""The Gradio door: an endpoint, or a model file alone, as a page that anyone can try."""
