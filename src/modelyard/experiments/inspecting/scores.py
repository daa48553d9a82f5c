"""Scores as logs state them, as scores from 0 to 1 or the reason why they are none."""

import math
from collections.abc import Mapping
from typing import Any

LETTERS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""How Inspect writes correct, partial, incorrect and no answer."""
WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
MOST_LETTERS = 2000


def scores_of(stated: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the scores of a sample, `{"value": 0-1 or null, "why": "…"}` by name; parts of one are `name.part`."""
    found: dict[str, dict[str, Any]] = {}
    for name, score in stated.items():
        for part, value in _parts(score.get("value")):
            found[f"{name}.{part}" if part else name] = _document(value, score)
    return found


def number_of(value: Any) -> float | None:
    """Return a value as a number, by the conventions of Inspect; None where it is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    known = LETTERS.get(value, WORDS.get(value.strip().lower()))
    if known is not None:
        return known
    try:
        return float(value)
    except ValueError:
        return None


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(key), each) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return [(str(place), each) for place, each in enumerate(value, start=1)]
    return [("", value)]


def _document(value: Any, score: Mapping[str, Any]) -> dict[str, Any]:
    number, told = number_of(value), str(score.get("explanation") or "")
    if number is not None and 0 <= number <= 1:
        return {"value": number, "why": told[:MOST_LETTERS]}
    if value is None or (isinstance(value, float) and math.isnan(value)):
        reason = f" ({score['reason']})" if score.get("reason") else ""
        why = told or f"The log has no score here{reason}."
    else:
        why = f"The log says {str(value)[:100]}, which is no score from 0 to 1. {told}"
    return {"value": None, "why": why.strip()[:MOST_LETTERS]}
