"""What can be asked about several groups of predicted rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid
from modelyard.models.charts.chart import Chart
from modelyard.predictions.batches.results import open_results
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.batches.tallies import Tally
from modelyard.predictions.batches.verbs import get_batch
from modelyard.predictions.comparing.charts import batch_charts, group_charts
from modelyard.predictions.comparing.groups import Group, largest, pairs
from modelyard.predictions.comparing.periods import (
    NO_DATE,
    Step,
    beginning,
    by_period,
    created_day,
    dates_of,
    fitting_step,
    period_title,
)
from modelyard.predictions.comparing.statistics import Difference, compared

By = Literal["batch", "label", "period"]
MAX_BATCHES = 20
NO_LABEL = "No label"


@dataclass(frozen=True)
class Comparison:
    """Groups of rows, how they differ, and charts of them. `classes` is None where numbers are predicted."""

    groups: list[Group]
    classes: list[str] | None
    tests: list[Difference]
    charts: list[Chart]
    notes: list[str]


def compare_batches(
    ctx: Context, ids: Sequence[str], *, by: By = "batch", step: Step | None = None, column: str | None = None
) -> Comparison:
    """Set batches, or the labels or periods of all their rows, beside each other.

    A period is of the date in `column` of the file, or of the day on which the batch was made.
    """
    ctx.require("endpoints:read")
    batches = _batches(ctx, ids)
    classes = _classes(batches)
    notes: list[str] = []
    if by == "batch":
        groups = [Group(batch.id, batch.name, _whole(ctx, batch)) for batch in batches]
    elif by == "label":
        groups = _by_label(ctx, batches)
    else:
        groups, notes = _by_period(ctx, batches, step, column)
    shown = largest(groups)
    if len(shown) < len(groups):
        notes.append(f"The {len(shown)} largest of {len(groups)} groups are shown.")
    in_time = by == "period"
    tested = [group for group in shown if group.key != NO_DATE]
    tests = compared([(each.key, each.title, each.tally) for each in tested], pairs(tested, in_time=in_time))
    return Comparison(shown, classes, tests, group_charts(shown, classes, in_time=in_time), notes)


def charts_of_batch(ctx: Context, batch_id: str) -> list[Chart]:
    """Return the charts of one batch."""
    ctx.require("endpoints:read")
    batch = get_batch(ctx, batch_id)
    classes = batch.signature["output"]["classes"]
    return batch_charts(_whole(ctx, batch), classes, batch.numbers, not_sure_below=batch.not_sure_below)


def _batches(ctx: Context, ids: Sequence[str]) -> list[Batch]:
    wanted = list(dict.fromkeys(ids))
    if not wanted or len(wanted) > MAX_BATCHES:
        message = f"Name 1 to {MAX_BATCHES} batches; these are {len(wanted)}."
        raise Invalid(message, hint="ids=bt_…,bt_…", fields=[FieldError(("ids",), message)])
    batches = [get_batch(ctx, batch_id) for batch_id in wanted]
    without = next((batch for batch in batches if batch.results_hash is None), None)
    if without is not None:
        raise Conflict(f"{without.name!r} has no results yet.", hint="Start it, and wait for its run to end.")
    return batches


def _classes(batches: Sequence[Batch]) -> list[str] | None:
    known = [batch.signature["output"]["classes"] for batch in batches]
    if any(each is None for each in known):
        if all(each is None for each in known):
            return None
        message = "Some of these batches predict classes and some numbers: they cannot be compared."
        raise Invalid(message, fields=[FieldError(("ids",), message)])
    return list(dict.fromkeys(name for names in known for name in names))


def _whole(ctx: Context, batch: Batch) -> Tally:
    with open_results(ctx, batch.id) as results:
        total = Tally()
        for tally in results.tallies().values():
            total.join(tally)
        return total


def _by_label(ctx: Context, batches: Sequence[Batch]) -> list[Group]:
    found: dict[str, Tally] = {}
    for batch in batches:
        with open_results(ctx, batch.id) as results:
            for label, tally in results.tallies().items():
                found.setdefault(label, Tally()).join(tally)
    return [Group(label, label or NO_LABEL, found[label]) for label in sorted(found, key=lambda name: (not name, name))]


def _by_period(
    ctx: Context, batches: Sequence[Batch], step: Step | None, column: str | None
) -> tuple[list[Group], list[str]]:
    found: dict[date | None, Tally] = {}
    if column:
        dates = {batch.id: dates_of(ctx, batch, column) for batch in batches}
        days = [day for of_batch in dates.values() for day in of_batch.values()]
        chosen = step or (fitting_step(min(days), max(days)) if days else "day")
        for batch in batches:
            with open_results(ctx, batch.id) as results:
                for first, tally in by_period(results, dates[batch.id], chosen).items():
                    found.setdefault(first, Tally()).join(tally)
    else:
        made = [created_day(batch) for batch in batches]
        chosen = step or fitting_step(min(made), max(made))
        for batch, day in zip(batches, made, strict=True):
            found.setdefault(beginning(day, chosen), Tally()).join(_whole(ctx, batch))
    known = sorted(first for first in found if first is not None)
    groups = [Group(first.isoformat(), period_title(first, chosen), found[first]) for first in known]
    if (without := found.get(None)) is not None:
        groups.append(Group(NO_DATE, NO_DATE, without))
        return groups, [f"{without.n:,} rows have no date that can be read; they are shown beside the periods."]
    return groups, []
