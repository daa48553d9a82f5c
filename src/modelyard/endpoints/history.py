"""The history of an endpoint's calls: a page of it and one call, found by an index however many calls there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, case, select, type_coerce
from sqlalchemy.orm import Session

from modelyard.endpoints.call_filters import CallFilters, cursor_after, position_of
from modelyard.endpoints.call_search import containing
from modelyard.endpoints.call_streams import Piece, is_whole, next_piece
from modelyard.endpoints.marks import NO_CONFIDENCE
from modelyard.endpoints.tables import Call, CallClass, CallStatus
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.ids import instant_of

SHOWN_ROWS = 10
"""Rows of a call that a page shows; a call of more shows the first three."""
FIRST_ROWS = 3
PIECE = 250
"""Calls looked at in one go when each must be compared."""
MOST_SEARCHED = 5_000
MOST_COMPARED = 2_000
"""Calls looked at for one page, for a text, and for what no index knows together; the next page goes on from there."""


@dataclass(frozen=True)
class PastCall:
    """One call as a page shows it: with its first rows, and its rows by class."""

    id: str
    status: CallStatus
    actor_name: str
    version: int | None
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    n_inputs: int
    classes: dict[str, int]
    lowest_confidence: float | None
    highest_confidence: float | None
    warnings: list[str]
    latency_seconds: float
    error: dict[str, Any] | None
    created_at: datetime


@dataclass(frozen=True)
class Page:
    """Some calls, the newest first; `next` is the cursor of what follows, None at the end.

    `searched_until` is set when the search ended before the page was full: older calls were not looked at yet.
    """

    calls: list[PastCall]
    next: str | None
    searched_until: datetime | None


@dataclass(frozen=True)
class Found:
    """Ids of calls that are meant, the newest first, and where looking ended; None: there are no more."""

    ids: list[str]
    end: str | None


def page_of_calls(
    ctx: Context,
    endpoint_id: str,
    filters: CallFilters | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return the calls that the filters mean, the newest first, from the cursor on."""
    endpoint = get_endpoint(ctx, endpoint_id)
    below = position_of(endpoint.id, cursor) if cursor else None
    found = find_calls(ctx.session, endpoint.id, filters or CallFilters(), below=below, limit=limit)
    is_short = found.end is not None and len(found.ids) < limit
    return Page(
        calls=shown_calls(ctx.session, found.ids),
        next=cursor_after(endpoint.id, found.end) if found.end is not None else None,
        searched_until=instant_of(found.end) if is_short and found.end is not None else None,
    )


def list_calls(
    ctx: Context, endpoint_id: str, filters: CallFilters | None = None, *, limit: int = 50, cursor: str | None = None
) -> list[PastCall]:
    """Return the calls of one page."""
    return page_of_calls(ctx, endpoint_id, filters, limit=limit, cursor=cursor).calls


def get_call(ctx: Context, endpoint_id: str, call_id: str) -> PastCall:
    """Return one call with all its rows; raise NotFound."""
    endpoint = get_endpoint(ctx, endpoint_id)
    chosen = select(Call).where(Call.endpoint_id == endpoint.id, Call.id == call_id)
    call = ctx.session.scalar(chosen)
    if call is None:
        raise NotFound(f"There is no call {call_id!r} in this endpoint's history.", hint="It may have been deleted.")
    return _past(call, (call.inputs, call.outputs), _marks(ctx.session, [call.id]).get(call.id, []))


def find_calls(
    session: Session,
    endpoint_id: str,
    filters: CallFilters,
    *,
    below: str | None,
    limit: int,
) -> Found:
    """Return up to `limit` calls below an id; looking ends early when very many calls must be compared."""
    most_looked_at = MOST_SEARCHED if filters.searched_text else MOST_COMPARED
    size = limit + 1 if is_whole(filters) and not filters.has_confidence else max(limit + 1, PIECE)
    found: list[str] = []
    n_looked_at = 0
    while True:
        piece = next_piece(session, endpoint_id, filters, below, size)
        found += _meant(session, filters, piece)
        n_looked_at += piece.n_looked_at
        if len(found) > limit:
            return Found(found[:limit], found[limit - 1])
        if piece.end is None or (n_looked_at >= most_looked_at and not is_whole(filters)):
            return Found(found, piece.end)
        below = piece.end


def _meant(session: Session, filters: CallFilters, piece: Piece) -> list[str]:
    """Return the calls of a piece that are meant by what its index did not know too."""
    ids = piece.ids
    if is_whole(filters) or not ids:
        return ids
    wanted: list[ColumnElement[bool]] = []
    if filters.version is not None:
        wanted.append(Call.version == filters.version)
    if filters.status is not None:
        wanted.append(Call.status == filters.status)
    if wanted:
        ids = list(session.scalars(select(Call.id).where(Call.id.in_(ids), *wanted)))
    if filters.searched_text and ids:
        ids = containing(session, ids, filters.searched_text)
    return sorted(ids, reverse=True)


def shown_calls(session: Session, ids: Sequence[str]) -> list[PastCall]:
    """Return the calls with these ids as a page shows them, the newest first."""
    if not ids:
        return []
    is_short = Call.n_inputs <= SHOWN_ROWS
    inputs, outputs = (type_coerce(case((is_short, column)), JSON) for column in (Call.inputs, Call.outputs))
    query = select(*_SLIM, inputs.label("inputs"), outputs.label("outputs")).where(Call.id.in_(ids))
    rows = session.execute(query.order_by(Call.id.desc())).all()
    firsts = _first_rows(session, [row.id for row in rows if row.inputs is None])
    marks = _marks(session, ids)
    return [_past(row, firsts.get(row.id, (row.inputs, row.outputs)), marks.get(row.id, [])) for row in rows]


_SLIM = (
    Call.id,
    Call.status,
    Call.actor_name,
    Call.version,
    Call.n_inputs,
    Call.warnings,
    Call.latency_seconds,
    Call.error,
    Call.created_at,
)


def _first_rows(session: Session, ids: Sequence[str]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the first inputs and outputs of calls of many rows, cut out by the database."""
    if not ids:
        return {}
    places = range(FIRST_ROWS)
    columns = [*(Call.inputs[place] for place in places), *(Call.outputs[place] for place in places)]
    rows = session.execute(select(Call.id, *columns).where(Call.id.in_(ids))).all()
    return {
        row[0]: (list(row[1 : FIRST_ROWS + 1]), [output for output in row[FIRST_ROWS + 1 :] if output is not None])
        for row in rows
    }


def _marks(session: Session, ids: Sequence[str]) -> Mapping[str, list[CallClass]]:
    found: dict[str, list[CallClass]] = {}
    for mark in session.scalars(select(CallClass).where(CallClass.call_id.in_(ids))):
        found.setdefault(mark.call_id, []).append(mark)
    return found


def _past(row: Any, shown: tuple[list[Any], list[Any]], marks: Sequence[CallClass]) -> PastCall:
    classes: dict[str, int] = {}
    for mark in marks:
        classes[mark.class_key] = classes.get(mark.class_key, 0) + mark.n_rows
    known = [mark for mark in marks if mark.step != NO_CONFIDENCE]
    return PastCall(
        inputs=shown[0],
        outputs=shown[1],
        classes=dict(sorted(classes.items(), key=lambda item: (-item[1], item[0]))),
        lowest_confidence=min((mark.lowest for mark in known if mark.lowest is not None), default=None),
        highest_confidence=max((mark.highest for mark in known if mark.highest is not None), default=None),
        **{
            name: getattr(row, name)
            for name in (
                *("id", "status", "actor_name", "version", "n_inputs", "warnings"),
                *("latency_seconds", "error", "created_at"),
            )
        },
    )
