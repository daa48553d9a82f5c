"""The page of a demo in Gradio: a form from the signature, the answer with its probabilities, and why."""

import html
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelyard.doors.space.subject import Subject, Told
from modelyard.kernel.errors import ModelyardError
from modelyard.models.signature import SignatureInput

if TYPE_CHECKING:
    import gradio as gr

NOT_SURE = "Not sure: the probability is below what the owner set."
MAX_SHOWN = 10
"""Reasons shown; the others hardly moved the answer."""
_EMPTY = ""
_BOOLEANS = {"true": True, "false": False}


def build_page(subject: Subject) -> "gr.Blocks":
    """Return the page; nothing in it asks another host for anything."""
    stay_offline()
    import gradio as gr

    inputs = subject.signature.inputs
    page: gr.Blocks = gr.Blocks(title=subject.name, analytics_enabled=False)
    with page:
        gr.HTML(f"<h1>{html.escape(subject.name)}</h1><p>{html.escape(_told_of(subject))}</p>")
        with gr.Row():
            with gr.Column():
                fields = [_field(item) for item in inputs]
                button = gr.Button("Predict", variant="primary")
            with gr.Column():
                answer = gr.Textbox(label=subject.signature.output.name or "Prediction", interactive=False)
                shares = gr.Label(label="Probabilities", visible=subject.signature.output.classes is not None)
                why = gr.Dataframe(
                    headers=["Because of", "Value", "Pushed by"],
                    datatype=["str", "str", "number"],
                    label="Why",
                    interactive=False,
                )
                notes = gr.Textbox(label="Notes", interactive=False, lines=2)
        gr.Examples([_shown(subject.example, inputs)], fields, cache_examples=False)
        shown = [answer, shares, why, notes]
        button.click(_predict(subject), fields, shown, api_name="predict")
        if len(fields) == 1:
            fields[0].submit(_predict(subject), fields, shown, api_name=False)
    return page


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
    )
    return str(address)


def stay_offline() -> None:
    """Keep Gradio and what it brings from calling home; it reads these when it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _told_of(subject: Subject) -> str:
    n, target = len(subject.signature.inputs), subject.signature.output.name
    return f"Predicts {target!r} from {'one text' if _is_one_text(subject) else f'{n} columns'}."


def _is_one_text(subject: Subject) -> bool:
    return len(subject.signature.inputs) == 1 and subject.signature.inputs[0].kind == "text"


def _field(item: SignatureInput) -> Any:
    """Return the widget of a column; left empty it means a missing value."""
    import gradio as gr

    info = None if item.minimum is None else f"{item.minimum:g} to {item.maximum:g} in training"
    if item.dtype == "boolean":
        return gr.Dropdown([_EMPTY, *_BOOLEANS], value=_EMPTY, label=item.name)
    if item.dtype in ("integer", "float"):
        return gr.Number(value=None, label=item.name, info=info)
    if item.categories:
        return gr.Dropdown([_EMPTY, *item.categories], value=_EMPTY, label=item.name, allow_custom_value=True)
    return gr.Textbox(label=item.name, lines=5 if item.kind == "text" else 1)


def _shown(row: dict[str, Any], inputs: tuple[SignatureInput, ...]) -> list[Any]:
    """Return a row as the widgets show it."""
    words = {True: "true", False: "false"}
    return [words[row[item.name]] if isinstance(row[item.name], bool) else row[item.name] for item in inputs]


def _given(values: tuple[Any, ...], inputs: tuple[SignatureInput, ...]) -> dict[str, Any]:
    """Return what the widgets hold as a row."""
    row: dict[str, Any] = {}
    for item, value in zip(inputs, values, strict=True):
        is_empty = value is None or value == _EMPTY
        row[item.name] = None if is_empty else _BOOLEANS.get(value, value) if item.dtype == "boolean" else value
    return row


def _predict(subject: Subject) -> Callable[..., tuple[Any, ...]]:
    def predict(*values: Any) -> tuple[Any, ...]:
        try:
            told = subject.answer(_given(values, subject.signature.inputs))
        except ModelyardError as error:
            return "", None, [], " ".join(filter(None, (error.message, error.hint)))
        return str(told.prediction), told.probabilities, _table(told), "\n".join(_notes(told))

    return predict


def _table(told: Told) -> list[list[Any]]:
    rows = sorted(told.reasons, key=lambda reason: -abs(reason["contribution"]))[:MAX_SHOWN]
    return [[row["feature"], _plain(row["value"]), round(row["contribution"], 4)] for row in rows]


def _plain(value: Any) -> str:
    return _EMPTY if value is None else str(value)[:200]


def _notes(told: Told) -> list[str]:
    return [*([NOT_SURE] if told.is_sure is False else []), *told.notes]
