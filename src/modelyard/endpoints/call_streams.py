"""Ids of calls, the newest first, read from the index that fits the filters: a page never sorts and never counts."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from modelyard.endpoints.call_filters import CallFilters
from modelyard.endpoints.marks import ALL_STEPS, STEPS, class_key, step_of
from modelyard.endpoints.tables import Call, CallClass


@dataclass(frozen=True)
class Piece:
    """Some calls of a stream: those that are meant so far, how many were looked at, and where the next piece begins."""

    ids: list[str]
    n_looked_at: int
    end: str | None
    """The id of the last one looked at; None: the stream ends here."""


def next_piece(session: Session, endpoint_id: str, filters: CallFilters, below: str | None, size: int) -> Piece:
    """Return the next `size` calls below an id, by what an index knows; the rest of the filters is not looked at."""
    if filters.is_by_answer:
        return _by_answer(session, endpoint_id, filters, below, size)
    query = select(Call.id).where(Call.endpoint_id == endpoint_id, *_between(Call.id, filters, below))
    if filters.version is not None:
        query = query.where(Call.version == filters.version)
    elif filters.status == "failed":
        query = query.where(Call.status == "failed")
    ids = list(session.scalars(query.order_by(Call.id.desc()).limit(size)))
    return Piece(ids, len(ids), ids[-1] if len(ids) == size else None)


def is_whole(filters: CallFilters) -> bool:
    """Say whether the index knows everything that is asked, so that every call of a stream is meant."""
    if filters.searched_text:
        return False
    if filters.is_by_answer:
        return filters.version is None and filters.status is None
    return filters.status is None or (filters.status == "failed" and filters.version is None)


def _by_answer(session: Session, endpoint_id: str, filters: CallFilters, below: str | None, size: int) -> Piece:
    """Merge one stream per step of confidence; in the steps where the range begins and ends each call is compared."""
    arms = [_arm(endpoint_id, step, filters, below, size) for step in _steps(filters)]
    rows = session.execute(union_all(*arms)).all() if arms else []
    met: dict[str, bool] = {}
    for call_id, lowest, highest in rows:
        met[call_id] = met.get(call_id, False) or _is_in(filters, lowest, highest)
    looked_at = sorted(met.items(), key=itemgetter(0), reverse=True)[:size]
    ids = [call_id for call_id, is_meant in looked_at if is_meant]
    return Piece(ids, len(looked_at), looked_at[-1][0] if len(looked_at) == size else None)


def _arm(endpoint_id: str, step: int, filters: CallFilters, below: str | None, size: int) -> Select[Any]:
    where = [
        CallClass.endpoint_id == endpoint_id,
        CallClass.step == step,
        *_between(CallClass.call_id, filters, below),
    ]
    if filters.class_name is not None:
        is_of_class = CallClass.class_key == class_key(filters.class_name)
        query = select(CallClass.call_id, CallClass.lowest, CallClass.highest).where(*where, is_of_class)
    else:  # a call may have several classes in one step
        lowest, highest = func.min(CallClass.lowest).label("lowest"), func.max(CallClass.highest).label("highest")
        query = select(CallClass.call_id, lowest, highest).where(*where).group_by(CallClass.call_id)
    return select(query.order_by(CallClass.call_id.desc()).limit(size).subquery())


def _between(column: Any, filters: CallFilters, below: str | None) -> list[ColumnElement[bool]]:
    ends = [end for end in (filters.end, below) if end is not None]
    found = [column < min(ends)] if ends else []
    return [*found, column >= filters.first] if filters.first else found


def _steps(filters: CallFilters) -> tuple[int, ...]:
    if not filters.has_confidence:
        return ALL_STEPS
    low = step_of(filters.min_confidence) if filters.min_confidence is not None else 0
    high = step_of(filters.max_confidence) if filters.max_confidence is not None else len(STEPS)
    return tuple(range(low, high + 1))


def _is_in(filters: CallFilters, lowest: float | None, highest: float | None) -> bool:
    if not filters.has_confidence:
        return True
    if lowest is None or highest is None:
        return False
    at_least, at_most = filters.min_confidence or 0.0, filters.max_confidence
    return highest >= at_least and (at_most is None or lowest <= at_most)
