"""Snippets: each template filled with the endpoint's address and the example row of its signature."""

import csv
import io
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, Literal

Language = Literal["curl", "python", "javascript"]

_JOINERS = "\u200c\u200d"
"""Some scripts and most emoji need them."""


@dataclass(frozen=True)
class Snippet:
    """A program to copy."""

    language: Language
    title: str
    code: str


_TEMPLATES: tuple[tuple[Language, str, str], ...] = (
    ("curl", "One call", "call.sh"),
    ("python", "One call", "call.py"),
    ("javascript", "One call", "call.mjs"),
)
_OF_FILES: tuple[tuple[Language, str, str], ...] = (
    ("curl", "A file", "batch.sh"),
    ("python", "A file", "batch.py"),
    ("javascript", "A file", "batch.mjs"),
)
_OF_ANSWERS: tuple[tuple[Language, str, str], ...] = (
    ("curl", "As it is written", "stream.sh"),
    ("python", "OpenAI's client", "openai.py"),
)


def snippets_of(endpoint_id: str, signature: Mapping[str, Any], *, api: str, streams: bool = False) -> list[Snippet]:
    """Return programs that call this endpoint; `api` is the address of the API.

    And that send it a file, where a model answers; or, where it answers in pieces (`streams`), that read the answer as
    it is written.
    """
    row = example_row(signature)
    table = _csv(row)
    values = {
        "id": endpoint_id,
        "base": api,
        "url": f"{api}/endpoints/{endpoint_id}",
        "body": _visible(json.dumps({"inputs": [row]}, ensure_ascii=False)),
        "row": _python(row),
        "row_js": _visible(json.dumps(row, ensure_ascii=False)),
        "csv": _visible_in_file(table),
        "csv_text": _python_text(table),
        "question": _python_text(row.get("question")),
        "csv_js": _visible(json.dumps(table, ensure_ascii=False)),
    }
    more = _OF_ANSWERS if streams else () if is_said(signature) else _OF_FILES
    templates = (*_TEMPLATES, *more)
    return [Snippet(language, title, _template(name).substitute(values)) for language, title, name in templates]


def is_said(signature: Mapping[str, Any]) -> bool:
    """Say whether an LLM says the answers: then no model predicts them, and no file of rows is taken."""
    return bool(signature.get("output", {}).get("is_said"))


def example_row(signature: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row that the endpoint takes: the example of each column."""
    return {item["name"]: item.get("example") for item in signature.get("inputs", ())}


@cache
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8").rstrip())


def _python(row: Mapping[str, Any]) -> str:
    """Return a row as Python writes it: JSON but for its three words."""
    words = {True: "True", False: "False", None: "None"}
    cells = [
        f"{_python_text(name)}: {words[value] if value is None or isinstance(value, bool) else _python_text(value)}"
        for name, value in row.items()
    ]
    return "{" + ", ".join(cells) + "}"


def _python_text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\U{ord(letter):08x}" if _is_hidden(letter) else letter for letter in text)


def _csv(row: Mapping[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(row)
    words = {True: "true", False: "false", None: ""}
    writer.writerow(words[value] if value is None or isinstance(value, bool) else value for value in row.values())
    return out.getvalue()


def _visible(text: str) -> str:
    r"""Return JSON with what nobody sees written as `\u202e`: code that is copied must be what it looks like."""
    return "".join(_escaped(letter) if _is_hidden(letter) else letter for letter in text)


def _visible_in_file(text: str) -> str:
    # A here-document has no escapes: what nobody sees is left out, and its last line must not be one of the text's.
    shown = "".join(letter for letter in text if letter == "\n" or not _is_hidden(letter))
    return "\n".join(line for line in shown.splitlines() if line != "CSV")


def _is_hidden(letter: str) -> bool:
    return letter not in _JOINERS and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
