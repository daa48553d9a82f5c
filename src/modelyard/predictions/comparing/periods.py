"""Rows of a batch by the day, week or month of a date in its file."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from modelyard.data.storage import local_copy
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.predictions.batches.results import Results
from modelyard.predictions.batches.rows import FileRows, loaded_ragged
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.batches.tallies import Tally

if TYPE_CHECKING:
    import polars as pl

Step = Literal["day", "week", "month", "quarter", "year"]
STEPS: tuple[Step, ...] = ("day", "week", "month", "quarter", "year")
MAX_PERIODS = 40
NO_DATE = "No date"


def date_columns(batch: Batch) -> list[str]:
    """Return the columns of the file that hold dates: all of their first values are written like one."""
    return [column["name"] for column in batch.columns if _are_dates(column["examples"])]


def _are_dates(examples: list[str]) -> bool:
    shapes = _shapes()
    return bool(examples) and all(any(re.search(shape, str(text).strip()) for shape in shapes) for text in examples)


@cache
def _shapes() -> tuple[str, ...]:
    from modelyard.data.reading.types import candidates

    return tuple(each.shape for each in candidates() if each.dtype in ("date", "datetime"))


def beginning(day: date, step: Step) -> date:
    """Return the first day of the period that a day is in; weeks begin on Monday."""
    if step == "day":
        return day
    if step == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[step]
    return day.replace(month=month, day=1)


def period_title(first: date, step: Step) -> str:
    """Return how a period is called: `2026-11-21`, `Week of 2026-11-16`, `2026-11`, `2026 Q4`, `2026`."""
    if step == "week":
        return f"Week of {first.isoformat()}"
    if step == "quarter":
        return f"{first.year} Q{(first.month + 2) // 3}"
    return first.isoformat()[: {"day": 10, "month": 7, "year": 4}[step]]


def fitting_step(first: date, last: date) -> Step:
    """Return the shortest step that gives no more than a dozen periods, or years."""
    days = (last - first).days + 1
    spans: dict[Step, int] = {"day": 1, "week": 7, "month": 30, "quarter": 91}
    return next((step for step, span in spans.items() if days <= 12 * span), "year")


def dates_of(ctx: Context, batch: Batch, column: str) -> "dict[int, date]":
    """Return the date of each row that has one, by the row's number; raise Invalid for a column without dates."""
    if column not in date_columns(batch):
        message = f"{batch.name!r} has no dates in {column!r}."
        known = ", ".join(date_columns(batch)) or "none"
        raise Invalid(message, hint=f"Columns with dates: {known}.", fields=[FieldError(("column",), message)])
    assert batch.rows_hash is not None
    path: Path = local_copy(ctx.artifacts, ctx.settings, batch.rows_hash)
    ragged = loaded_ragged(ctx.artifacts.read_bytes(batch.ragged_hash)) if batch.ragged_hash else []
    found: dict[int, date] = {}
    with FileRows(path, ragged) as rows:
        for begin, frame in rows.groups():
            days = _days(frame.get_column(column))
            numbers = rows.numbers(begin, frame.height)
            found.update((n, day) for n, day in zip(numbers.to_list(), days.to_list(), strict=True) if day is not None)
    return found


def by_period(results: Results, dates: dict[int, date], step: Step) -> dict[date | None, Tally]:
    """Return a tally for each period by its first day; None: rows without a date."""
    known = results.tallied_by(lambda row: beginning(day, step).isoformat() if (day := dates.get(row)) else "")
    return {date.fromisoformat(key) if key else None: tally for key, tally in known.items()}


def _days(texts: "pl.Series") -> "pl.Series":
    """Return texts as days; each is read in the first way that fits it, day before month when both do."""
    import polars as pl

    from modelyard.data.reading.types import candidates

    text = texts.cast(pl.String).str.strip_chars().alias("text").to_frame()
    column = pl.col("text")
    ways = [
        pl.when(each.matches(column)).then(column).otherwise(None).pipe(each.convert).cast(pl.Date, strict=False)
        for each in candidates()
        if each.dtype in ("date", "datetime")
    ]
    return text.select(pl.coalesce(ways)).to_series()


def created_day(batch: Batch) -> date:
    """Return the day (UTC) on which a batch was made."""
    made: datetime = batch.created_at
    return made.date()
