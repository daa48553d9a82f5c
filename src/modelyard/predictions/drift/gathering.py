"""The new rows of an endpoint: the newest of its calls and of its batches in some stretch of time, within bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from modelyard.endpoints.tables import Call
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict
from modelyard.kernel.ids import first_id
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.ownership import visible_batches
from modelyard.predictions.batches.results import ResultRow, open_results
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.drift.report import Recent

MOST_ROWS = 20_000
"""Of calls, and of batches; more would only sharpen what is already sharp."""
MOST_CELLS = 1_000_000
"""Rows times columns, so that very wide rows stay in memory."""
MOST_BATCHES = 20
CALLS_AT_ONCE = 50


@dataclass
class Gathered:
    """New rows, and where they come from."""

    names: Sequence[str]
    columns: dict[str, list[Any]] = field(init=False)
    predictions: list[Any] = field(default_factory=list)
    n_rows: int = 0
    n_calls: int = 0
    n_batches: int = 0
    is_cut: bool = False
    """Whether there were more rows than were taken."""

    def __post_init__(self) -> None:
        self.columns = {name: [] for name in self.names}

    @property
    def recent(self) -> Recent:
        """The rows as a report takes them."""
        return Recent(self.columns, self.predictions, self.n_rows)

    def add(self, row: Mapping[str, Any], prediction: Any, *, is_compared: bool) -> None:
        """Take one row; a prediction of another version than the compared one says nothing about drift."""
        self.n_rows += 1
        for name, values in self.columns.items():
            values.append(row.get(name))
        if is_compared and prediction is not None:
            self.predictions.append(prediction)


def gather(
    ctx: Context, endpoint_id: str, names: Sequence[str], *, version: int | None, since: datetime, until: datetime
) -> Gathered:
    """Return the newest rows of calls and of finished batches; rows that failed are left out."""
    found = Gathered(names)
    most = max(min(MOST_ROWS, MOST_CELLS // max(len(names), 1)), 1)
    _calls(ctx, found, endpoint_id, version, since, until, most)
    _batches(ctx, found, endpoint_id, version, since, until, most)
    return found


def _calls(
    ctx: Context, found: Gathered, endpoint_id: str, version: int | None, since: datetime, until: datetime, most: int
) -> None:
    taken = 0
    for call in _newest_calls(ctx, endpoint_id, since, until):
        rows = list(zip(call.inputs, call.outputs, strict=False))
        if taken + len(rows) > most:
            found.is_cut = True
            rows = rows[: most - taken]
        for row, output in rows:
            found.add(row, output.get("prediction"), is_compared=call.version == version)
        taken += len(rows)
        found.n_calls += 1
        if found.is_cut:
            return


def _newest_calls(ctx: Context, endpoint_id: str, since: datetime, until: datetime) -> Iterator[Any]:
    below, first = first_id("cl", until), first_id("cl", since)
    chosen = select(Call.id, Call.inputs, Call.outputs, Call.version).where(
        Call.endpoint_id == endpoint_id, Call.id >= first, Call.status == "succeeded"
    )
    while calls := ctx.session.execute(
        chosen.where(Call.id < below).order_by(Call.id.desc()).limit(CALLS_AT_ONCE)
    ).all():
        yield from calls
        below = calls[-1].id


def _batches(
    ctx: Context, found: Gathered, endpoint_id: str, version: int | None, since: datetime, until: datetime, most: int
) -> None:
    chosen = visible_batches(ctx).where(
        Batch.endpoint_id == endpoint_id,
        Batch.state == "succeeded",
        Batch.finished_at >= since,
        Batch.finished_at < until,
    )
    batches = list(ctx.session.scalars(chosen.order_by(Batch.id.desc()).limit(MOST_BATCHES)))
    for batch in batches:
        room = most // len(batches)
        n_rows = batch.n_rows or 0
        found.is_cut = found.is_cut or n_rows > room
        try:
            rows = _spread(ctx, batch.id, n_rows, room)
        except Conflict:
            continue  # its results were removed meanwhile
        for row in rows:
            if row.prediction is not None:
                found.add(row.inputs, row.prediction, is_compared=batch.version == version)
        found.n_batches += 1


def _spread(ctx: Context, batch_id: str, n_rows: int, most: int) -> list[ResultRow]:
    """Return rows of a batch, all of them or as many as there is room for, from its beginning to its end."""
    step = max(1, -(-n_rows // max(most, 1)))
    filters = RowFilters(rows=tuple(range(1, n_rows + 1, step))) if step > 1 else RowFilters()
    with open_results(ctx, batch_id) as results:
        return results.rows(filters, 0, most)[1]
