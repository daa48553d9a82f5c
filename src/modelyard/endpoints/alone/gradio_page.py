"""What Gradio pages have in common: no other host is asked for anything, and how they are served."""

import html
import os
from typing import TYPE_CHECKING

from modelyard.kernel.errors import ModelyardError

if TYPE_CHECKING:
    import gradio as gr


def stay_offline() -> None:
    """Keep Gradio and what it brings from calling home; it reads these when it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def launch(page: "gr.Blocks", *, host: str, port: int | None, is_blocking: bool = True) -> str:
    """Serve the page until Ctrl-C and return its address; its letters are the reader's own, no host sends them."""
    import gradio as gr

    system = ["system-ui", "sans-serif"]
    theme = gr.themes.Base(font=system, font_mono=["ui-monospace", "monospace"])
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        show_error=True,
        ssr_mode=False,
        enable_monitoring=False,
        footer_links=[],
        theme=theme,
        prevent_thread_lock=not is_blocking,
        # Without it Gradio asks its own page once, and ends when a busy machine takes three seconds to answer.
        _frontend=False,
    )
    return str(address)


def heading(title: str, sentence: str) -> str:
    """Return the head of a page as HTML: its title, and what it is."""
    return f"<h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p>"


def sentence_of(error: ModelyardError) -> str:
    """Return what went wrong and what to do, as a page says it."""
    return " ".join(filter(None, (error.message, error.hint)))
