"""Values that people write down in a parameter, read as the values of a column are stored."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from modelyard.data.columns import Column, Dtype
from modelyard.workflows.node import NodeProblem

Cell = bool | int | float | str | date | datetime

_WORDS: dict[Dtype, str] = {
    "integer": "a number",
    "float": "a number",
    "boolean": "true or false",
    "string": "text",
    "date": "a date like 2026-01-31",
    "datetime": "a time like 2026-01-31T12:00:00",
}


def typed(text: str, dtype: Dtype) -> Cell:
    """Return the text as a value of this storage; raise ValueError when it is none."""
    if dtype == "integer":
        return whole if (whole := _whole(text)) is not None else _number(text)
    if dtype == "float":
        return _number(text)
    if dtype == "boolean":
        return {"true": True, "false": False}[text.strip().lower()] if is_truth(text) else _refuse(text)
    if dtype == "date":
        return date.fromisoformat(text.strip())
    if dtype == "datetime":
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return text


def is_truth(text: str) -> bool:
    """Whether the text is a truth value."""
    return text.strip().lower() in ("true", "false")


def is_typed(text: str, dtype: Dtype) -> bool:
    """Whether the text can be read as a value of this storage."""
    try:
        typed(text, dtype)
    except ValueError:
        return False
    return True


def typed_problems(texts: Sequence[str], column: Column, *, field: str) -> list[NodeProblem]:
    """Return a problem for each text that the column cannot hold; `field` is the path of the list."""
    return [
        NodeProblem(
            f"{text!r} is not {_WORDS[column.dtype]}, as the values of {column.name!r} are.", f"{field}.{index}"
        )
        for index, text in enumerate(texts)
        if not is_typed(text, column.dtype)
    ]


def _whole(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if -(2**63) <= number < 2**63 else None


def _number(text: str) -> float:
    number = float(text)
    return number if number - number == 0 else float(_refuse(text))


def _refuse(text: str) -> bool:
    raise ValueError(f"{text!r} cannot be read")
