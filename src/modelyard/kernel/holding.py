"""Which artifacts rows need, of whatever room: bytes go only when no row names them any more.

Artifacts are named by their contents, so rows of different rooms can share one without knowing of each other: a file
uploaded as a dataset and as a batch, say. A column that holds one is made by `artifact_column`; there is no other list.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog
from sqlalchemy import Column, ColumnElement, String, event, select, true
from sqlalchemy.orm import MappedColumn, Session, mapped_column

from modelyard.kernel.context import Context
from modelyard.kernel.db import Base
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.rows import know_all_rows

log = structlog.get_logger()

Condition = Callable[[Any], ColumnElement[bool]]
"""Takes the columns of a table by name, returns which of its rows need the artifact."""
_HOLDS = "holds_artifact"


def artifact_column(*, index: bool | None = None, needed: Condition | None = None) -> MappedColumn[Any]:
    """Return a column that names an artifact which its row needs: always, or where `needed` says so."""
    return mapped_column(String(64), index=index, info={_HOLDS: needed or _always})


def _always(_columns: Any) -> ColumnElement[bool]:
    return true()


def held(session: Session, digests: Iterable[str]) -> set[str]:
    """Return those of the artifacts that any row needs."""
    asked = list(digests)
    return {digest for column, needed in _holders() for digest in session.scalars(_named(column, needed, asked))}


def all_held(session: Session) -> set[str]:
    """Return every artifact that any row needs."""
    return {digest for column, needed in _holders() for digest in session.scalars(_named(column, needed))}


def held_by(session: Session, column: str, value: str) -> set[str]:
    """Return every artifact that rows need, of whatever room, whose `column` of this name is `value`."""
    mine = [(named, needed) for named, needed in _holders() if column in named.table.c]
    queries = [_named(named, needed).where(named.table.c[column] == value) for named, needed in mine]
    return {digest for query in queries for digest in session.scalars(query)}


def forget_after_commit(ctx: Context, digests: Iterable[str | None]) -> None:
    """Delete those artifacts that no row needs now, and local copies of them, once the transaction is through."""
    ctx.session.flush()
    asked = {digest for digest in digests if digest}
    doomed = asked - held(ctx.session, asked)
    artifacts, copies = ctx.artifacts, ctx.settings.copies

    @event.listens_for(ctx.session, "after_commit", once=True)
    def forget(_session: Session) -> None:
        for digest in doomed:
            (copies / digest).unlink(missing_ok=True)
            try:
                artifacts.delete(digest)
            except (ModelyardError, OSError) as error:
                # The row is gone already: what is left is unreachable bytes, not a wrong answer.
                log.warning("artifact not deleted", hash=digest, error=str(error))


def _holders() -> Iterator[tuple[Column[Any], Condition]]:
    know_all_rows()  # bytes must not go because the process that asks never met whoever needs them
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if _HOLDS in column.info:
                yield column, column.info[_HOLDS]


def _named(column: Column[Any], needed: Condition, digests: list[str] | None = None) -> Any:
    query = select(column).where(column.is_not(None), needed(column.table.c))
    return query if digests is None else query.where(column.in_(digests))
