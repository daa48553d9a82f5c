"""Cells of a dataset as parts of a sample."""

import json
from collections.abc import Sequence
from typing import Any

from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.columns import Mapping

WORKED = "####"
"""What GSM8K writes between the steps and the answer."""
_NO = frozenset({"false", "no", "0", "n", "f"})


def sample_of(cells: dict[str, Any], columns: Mapping, place: int) -> Sample:
    """Return the sample of one row; without a column for ids its id is the number of the row, from 1."""
    answer = _text(cells, columns.answer)
    aliases = listed(cells.get(columns.aliases)) if columns.aliases else ()
    if not answer and aliases:
        answer, aliases = aliases[0], aliases[1:]
    return Sample(
        id=(_text(cells, columns.id) or str(place + 1))[:200],
        question=_text(cells, columns.question) or "",
        answer=final_answer(answer) if answer else None,
        aliases=tuple(alias for alias in aliases if alias != answer),
        context=_text(cells, columns.context),
        choices=listed(cells.get(columns.choices)) if columns.choices else (),
        group=(_text(cells, columns.group) or "")[:200] or None,
        truth=_text(cells, columns.truth),
        is_answerable=columns.answerable is None or _is_yes(cells.get(columns.answerable)),
    )


def final_answer(answer: str) -> str:
    """Return what stands behind the last `####` of a worked answer, else the answer as it is."""
    return answer.rsplit(WORKED, 1)[1].strip() if WORKED in answer else answer


def listed(cell: Any) -> tuple[str, ...]:
    """Return the texts of a cell that is a list, a JSON list, or one text a line."""
    if cell is None:
        return ()
    if isinstance(cell, str):
        cell = _parsed(cell)
    if not isinstance(cell, Sequence) or isinstance(cell, str):
        return (str(cell).strip(),) if str(cell).strip() else ()
    return tuple(text for each in cell if each is not None and (text := str(each).strip()))


def _parsed(cell: str) -> Any:
    if cell.lstrip().startswith("["):
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            return cell.splitlines()
        return found if isinstance(found, list) else cell.splitlines()
    return cell.splitlines()


def _text(cells: dict[str, Any], column: str | None) -> str | None:
    value = cells.get(column) if column is not None else None
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _is_yes(cell: Any) -> bool:
    return cell is None or str(cell).strip().lower() not in _NO
