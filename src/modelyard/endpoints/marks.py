"""What a call is found and counted by: its classes, its confidences, its predicted numbers."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

STEPS = (*(round(0.05 * i, 2) for i in range(1, 20)), 0.99, 0.999)
"""Where the steps of confidence meet; the last ones are narrow because most answers of a good model are there."""
NO_CONFIDENCE = -1
"""The step of answers without probabilities."""
ALL_STEPS = tuple(range(NO_CONFIDENCE, len(STEPS) + 1))
LONGEST_KEY = 200


@dataclass(frozen=True)
class Mark:
    """The rows of one call with one class and one step of confidence."""

    class_key: str
    step: int
    n_rows: int
    lowest: float | None
    highest: float | None


def confidence_of(output: Mapping[str, Any]) -> float | None:
    """Return the probability of what was predicted; None where there are no probabilities."""
    probabilities = output.get("probabilities")
    if not probabilities:
        return None
    found = probabilities.get(str(output["prediction"]))
    return float(found) if found is not None else None


def step_of(confidence: float | None) -> int:
    """Return the number of the step that a confidence is in."""
    return NO_CONFIDENCE if confidence is None else bisect_right(STEPS, confidence)


def class_key(name: str) -> str:
    """Return the class as it is kept in an index: a very long one is shortened, and told apart by a hash."""
    if len(name) <= LONGEST_KEY and "\0" not in name:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{name[: LONGEST_KEY - 20].replace(chr(0), '�')}… #{digest}"


def marks_of(outputs: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Return the marks of a call's outputs; none for predicted numbers."""
    found: dict[tuple[str, int], list[float | None]] = {}
    for output in outputs:
        if isinstance(name := output.get("prediction"), str):
            confidence = confidence_of(output)
            found.setdefault((class_key(name), step_of(confidence)), []).append(confidence)
    return [_mark(key, step, confidences) for (key, step), confidences in found.items()]


def sum_of_numbers(outputs: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the sum of what was predicted; None where classes were, or nothing."""
    numbers = [value for output in outputs if isinstance(value := output.get("prediction"), int | float)]
    total = float(sum(numbers))
    return total if numbers and isfinite(total) else None


def _mark(key: str, step: int, confidences: Sequence[float | None]) -> Mark:
    known = [value for value in confidences if value is not None]
    return Mark(key, step, len(confidences), min(known, default=None), max(known, default=None))
