"""The README of a bundle: what it is, what is in it, which names it reads; for Spaces with the block they read."""

import json
import re
from collections.abc import Mapping

from modelyard.deploy.subject import Subject

_PLAIN = re.compile(r"[^\W\d_][\w ./,-]*|[^\x00-\x7f]+")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def readme(subject: Subject, matter: Mapping[str, str | int | bool] | None = None) -> str:
    """Return the README; `matter` is the front matter that a Space reads, by key and in order."""
    block = "".join(f"{key}: {_value(value)}\n" for key, value in (matter or {}).items())
    notes = "".join(f"\n- {note}" for note in subject.notes)
    rows = "".join(
        f"| `{one.name}` | {one.kind} | {'yes' if one.is_required else 'no'} | {one.meaning} |\n"
        for one in subject.environment
    )
    parts = [
        f"---\n{block}---\n" if block else "",
        f"# {subject.title}\n",
        f"{subject.summary}.\n",
        f"{notes[1:]}\n" if notes else "",
        f"| Name | Kind | Required | What it is |\n|---|---|---|---|\n{rows}" if rows else "",
    ]
    return "\n".join(part for part in parts if part)


def _value(value: str | int | bool) -> str:
    """Return a value as YAML takes it: a text that could be read as something else is quoted."""
    if not isinstance(value, str):
        return str(value).lower()
    is_plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS_OF_YAML
    return value if is_plain else json.dumps(value, ensure_ascii=False)
