"""What an endpoint is used for: calls, rows, errors, latencies and classes over time, from what the worker counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from modelyard.endpoints.latencies import quantiles
from modelyard.endpoints.tables import Call, StepLength, UsageStep
from modelyard.endpoints.times import problems_of_times
from modelyard.endpoints.usage_steps import position
from modelyard.endpoints.usage_tally import Tallies, Tally, start_of, tally
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.ids import first_id, instant_of

LENGTHS: dict[StepLength, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
SHOWN_BY_DEFAULT: dict[StepLength, timedelta] = {"hour": timedelta(days=1), "day": timedelta(days=30)}
MOST_STEPS = 750
"""31 days by the hour, two years by the day."""
MOST_UNCOUNTED = 20_000
"""Calls that are counted while the page waits; more are there only where no worker runs."""
MOST_CLASSES = 20


@dataclass(frozen=True)
class Used:
    """What one step, or all of them, was used for; `n_other_rows` are of classes that are not among the named."""

    at: datetime
    n_calls: int
    n_rows: int
    n_errors: int
    p50_seconds: float | None
    p95_seconds: float | None
    classes: dict[str, int] | None
    n_other_rows: int
    mean: float | None


@dataclass(frozen=True)
class Usage:
    """The use of an endpoint over whole steps; `counted_until` is set when younger calls are not counted yet."""

    since: datetime
    until: datetime
    step: StepLength
    total: Used
    steps: list[Used]
    counted_until: datetime | None


def usage_of(
    ctx: Context,
    endpoint_id: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    step: StepLength = "day",
) -> Usage:
    """Return the use in the steps that `since` to `until` touch (UTC); by default the last 24 hours or 30 days.

    p50 and p95 are of answered calls, right to within 2.5 % (latencies.GROWTH). Deleted calls stay counted.
    """
    endpoint = get_endpoint(ctx, endpoint_id)
    first, end = _steps_between(since, until, step, ctx.clock())
    tallies = _kept(ctx, endpoint.id, first, end, step)
    counted_until = _add_uncounted(ctx, endpoint.id, first, end, step, tallies)
    total = Tally()
    for found in tallies.values():
        total.add(found)
    names = [name for name, _n in total.classes.most_common(MOST_CLASSES)]
    n_steps = (end - first) // LENGTHS[step]
    steps = [first + place * LENGTHS[step] for place in range(n_steps)]
    return Usage(
        *(first, end, step),
        total=_used(first, total, names),
        steps=[_used(at, tallies.get(at, Tally()), names) for at in steps],
        counted_until=counted_until,
    )


def _steps_between(
    since: datetime | None, until: datetime | None, step: StepLength, now: datetime
) -> tuple[datetime, datetime]:
    _require(problems_of_times(since, until))
    end = until or now
    first = since or end - SHOWN_BY_DEFAULT[step]
    _require(problems_of_times(first, end))
    begin, last = (start_of(at.astimezone(now.tzinfo), step) for at in (first, end))
    end = last if last == end else last + LENGTHS[step]
    if (end - begin) // LENGTHS[step] > MOST_STEPS:
        message = f"That are more than {MOST_STEPS} steps. Ask for fewer days, or by the day."
        _require([FieldError(("since",), message)])
    return begin, end


def _require(problems: list[FieldError]) -> None:
    if problems:
        raise Invalid(problems[0].message, hint="Choose other dates.", fields=problems)


def _kept(ctx: Context, endpoint_id: str, first: datetime, end: datetime, step: StepLength) -> Tallies:
    chosen = select(*UsageStep.__table__.columns).where(
        UsageStep.endpoint_id == endpoint_id, UsageStep.step == step, UsageStep.at >= first, UsageStep.at < end
    )
    return {row.at: Tally.of(row) for row in ctx.session.execute(chosen)}


def _add_uncounted(
    ctx: Context, endpoint_id: str, first: datetime, end: datetime, step: StepLength, tallies: Tallies
) -> datetime | None:
    begin = max(position(ctx.session, endpoint_id), first_id("cl", first))
    where = (Call.id > begin, Call.id < first_id("cl", end))
    found, last = tally(ctx.session, endpoint_id, *where, limit=MOST_UNCOUNTED)
    for at, more in found.items():
        tallies.setdefault(start_of(at, step), Tally()).add(more)
    is_cut = sum(more.n_calls for more in found.values()) == MOST_UNCOUNTED
    return instant_of(last) if is_cut and last is not None else None


def _used(at: datetime, found: Tally, names: list[str]) -> Used:
    classes = {name: found.classes[name] for name in names if name in found.classes}
    p50, p95 = quantiles(found.latencies, (0.5, 0.95))
    return Used(
        *(at, found.n_calls, found.n_rows, found.n_errors),
        p50_seconds=p50,
        p95_seconds=p95,
        classes=classes if names else None,
        n_other_rows=sum(found.classes.values()) - sum(classes.values()),
        mean=found.sum_numbers / found.n_numbers if found.n_numbers else None,
    )
