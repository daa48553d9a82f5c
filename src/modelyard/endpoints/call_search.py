"""Text in the inputs of calls: looked for in Python, since what a database calls the same letter differs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.endpoints.call_filters import comparable
from modelyard.endpoints.tables import Call

MOST_ROWS_IN_MEMORY = 500
"""Rows of calls read at once; a call of more rows is read alone."""


def containing(session: Session, call_ids: Sequence[str], text: str) -> list[str]:
    """Return the calls that have the text (as `comparable` makes it) in a value or in the name of a column."""
    return [
        call_id
        for some in _in_memory(session, call_ids)
        for call_id, inputs in session.execute(select(Call.id, Call.inputs).where(Call.id.in_(some))).all()
        if _contains(inputs, text)
    ]


def _in_memory(session: Session, call_ids: Sequence[str]) -> Iterator[list[str]]:
    chosen = select(Call.id, Call.n_inputs).where(Call.id.in_(call_ids))
    sizes = {row.id: row.n_inputs for row in session.execute(chosen)}
    some: list[str] = []
    n_rows = 0
    for call_id in call_ids:
        n_more = max(sizes.get(call_id, 0), 1)
        if some and n_rows + n_more > MOST_ROWS_IN_MEMORY:
            yield some
            some, n_rows = [], 0
        some.append(call_id)
        n_rows += n_more
    if some:
        yield some


def _contains(document: Any, text: str) -> bool:
    """Say whether a document has the text, without recursion: its depth is the sender's choice."""
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif item is not None and text in comparable(_as_typed(item)):
            return True
    return False


def _as_typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
