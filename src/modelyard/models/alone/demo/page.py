"""The page of a demo in Gradio: a form from the signature, the answer with its probabilities, and why."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.endpoints.alone.gradio_page import heading, sentence_of, stay_offline
from modelyard.kernel.errors import ModelyardError
from modelyard.models.alone.demo.subject import Subject, Told
from modelyard.models.alone.demo.tables import ENDINGS
from modelyard.models.signature import SignatureInput

if TYPE_CHECKING:
    import gradio as gr

NOT_SURE = "Not sure: the probability is below what the owner set."
KEPT = (600, 3600)
"""Files that visitors gave and got: how often it is looked for old ones, and from when they are; in seconds."""
MAX_SHOWN = 10
"""Reasons shown; the others hardly moved the answer."""
_EMPTY = ""
_BOOLEANS = {"true": True, "false": False}


def build_page(subject: Subject) -> "gr.Blocks":
    """Return the page; nothing in it asks another host for anything."""
    stay_offline()
    import gradio as gr

    inputs = subject.signature.inputs
    page: gr.Blocks = gr.Blocks(title=subject.name, analytics_enabled=False, delete_cache=KEPT)
    with page:
        gr.HTML(heading(subject.name, _told_of(subject)))
        if subject.predict_file is None:
            _add_form(subject)
        else:
            with gr.Tab("One row"):
                _add_form(subject)
            with gr.Tab("A file of rows"):
                _add_file(subject.predict_file, inputs)
    return page


def _add_form(subject: Subject) -> None:
    import gradio as gr

    inputs = subject.signature.inputs
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


def _add_file(predict_file: Callable[[Path], Path], inputs: tuple[SignatureInput, ...]) -> None:
    import gradio as gr

    names = ", ".join(item.name for item in inputs)
    given = gr.File(label="CSV or TSV with a header", file_types=list(ENDINGS), type="filepath")
    gr.HTML(f"<p>{html.escape(f'Columns: {names}. Empty cells are missing values.')}</p>")
    button = gr.Button("Predict the file", variant="primary")
    made = gr.File(label="The same rows with predictions", interactive=False)
    notes = gr.Textbox(label="Notes", interactive=False, lines=2)

    def predict(path: str | None) -> tuple[str | None, str]:
        if path is None:
            return None, "Choose a file first."
        try:
            return str(predict_file(Path(path))), ""
        except ModelyardError as error:
            return None, sentence_of(error)

    button.click(predict, [given], [made, notes], api_name="predict_file")


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
            return "", None, [], sentence_of(error)
        return str(told.prediction), told.probabilities, _table(told), "\n".join(_notes(told))

    return predict


def _table(told: Told) -> list[list[Any]]:
    rows = sorted(told.reasons, key=lambda reason: -abs(reason["contribution"]))[:MAX_SHOWN]
    return [[row["feature"], _plain(row["value"]), round(row["contribution"], 4)] for row in rows]


def _plain(value: Any) -> str:
    return _EMPTY if value is None else str(value)[:200]


def _notes(told: Told) -> list[str]:
    return [*([NOT_SURE] if told.is_sure is False else []), *told.notes]
