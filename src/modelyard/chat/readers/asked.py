"""What readers asked in a stretch of time: questions, answers and thumbs, without who they are."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, RowMapping, select, type_coerce

from modelyard.chat.tables import ChatSession, Collection, Feedback, Thumb
from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.tables import Call, CallStatus, Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.ids import first_id

MOST_CALLS = 20_000
"""Looked at of one stretch of time, the newest."""
_TOLD = ("question", "searched_for", "answer", "abstained", "nearest", "is_off_subject")
_TRIMMED = " \t\n?!.,;:…。？！\"'“”‘’«»()[]"


@dataclass(frozen=True)
class Asking:
    """One question of a reader. `reader` is a number within this list, never an id or an address."""

    call_id: str
    at: datetime
    question: str
    searched_for: str
    """The question made whole, when it leant on those before it."""
    answer: str
    has_failed: bool
    abstained: bool
    nearest: tuple[tuple[str, ...], ...]
    """Heading paths that were offered when there was no answer."""
    reader: int | None
    """None: it was asked without a conversation."""
    thumb: Thumb | None
    comment: str
    is_off_subject: bool = False
    """Whether the documents are about something else; answers from before this was told count as on the subject."""

    @cached_property
    def normal(self) -> str:
        """What is equal for questions in the same words."""
        return normal(self.searched_for or self.question)

    @property
    def is_missed(self) -> bool:
        """Whether it was about the documents and not answered, or the reader did not like the answer."""
        return (self.abstained and not self.is_off_subject) or self.thumb == "down"


def normal(question: str) -> str:
    """Return a question in small letters, composed, with single spaces, without the marks around it."""
    return " ".join(unicodedata.normalize("NFC", question).casefold().split()).strip(_TRIMMED)


def askings(ctx: Context, collection: Collection, since: datetime, until: datetime) -> list[Asking]:
    """Return what was asked from `since` until before `until`, the newest first, at most MOST_CALLS."""
    ctx.require("collections:read")
    mine = visible_endpoints(ctx).where(Endpoint.id == collection.endpoint_id).with_only_columns(Endpoint.id)
    output = {name: Call.outputs[(0, name)] for name in _TOLD}
    chosen = (
        select(
            Call.id,
            Call.created_at,
            Call.status,
            ChatSession.reader,
            Feedback.thumb,
            Feedback.comment,
            type_coerce(Call.inputs[(0, "question")], JSON).label("asked"),
            *(type_coerce(column, JSON).label(name) for name, column in output.items()),
        )
        .outerjoin(ChatSession, ChatSession.id == Call.session_id)
        .outerjoin(Feedback, Feedback.call_id == Call.id)
        .where(Call.endpoint_id.in_(mine), Call.id >= first_id("cl", since), Call.id < first_id("cl", until))
        .order_by(Call.id.desc())
        .limit(MOST_CALLS)
    )
    return list(_read(ctx.session.execute(chosen).mappings().all()))


def _read(rows: Sequence[RowMapping]) -> Iterator[Asking]:
    readers: dict[str, int] = {}
    for row in reversed(rows):
        if row["reader"] is not None:
            readers.setdefault(row["reader"], len(readers) + 1)
    for row in rows:
        question = _text(row["question"]) or _text(row["asked"])
        if question:
            yield _asking(row, question, readers)


def _asking(row: RowMapping, question: str, readers: Mapping[str, int]) -> Asking:
    status: CallStatus = row["status"]
    nearest = row["nearest"] if isinstance(row["nearest"], list) else []
    return Asking(
        call_id=row["id"],
        at=row["created_at"],
        question=question,
        searched_for=_text(row["searched_for"]),
        answer=_text(row["answer"]),
        has_failed=status == "failed",
        abstained=row["abstained"] == 1,  # SQLite takes true out of JSON as 1
        nearest=tuple(tuple(map(str, path)) for path in nearest if isinstance(path, list)),
        reader=readers.get(row["reader"] or ""),
        thumb=row["thumb"],
        comment=row["comment"] or "",
        is_off_subject=row["is_off_subject"] == 1,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
