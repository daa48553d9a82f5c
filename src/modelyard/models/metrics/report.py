"""Metrics of parts of the rows: of each class, and of each group that people may be treated differently by."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.data.frames import SplitName
from modelyard.kernel.intervals.interval import Interval, difference
from modelyard.models.metrics.classification import (
    POSITIVE,
    class_rules,
    classification_rules,
    false_positive_rate,
    predicted_share,
)
from modelyard.models.metrics.metric import Metric, Rule, measure
from modelyard.models.metrics.regression import mean_error, regression_rules
from modelyard.models.metrics.scored import Classified, Measured

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MIN_ROWS = 20
"""A group with fewer rows is counted and not measured."""
MAX_GROUPS = 12
"""Groups shown; the rarest are put together."""
MAX_CLASSES = 100
N_RANGES = 4
OTHERS = "others"
MISSING = "missing"


class ReportRow(BaseModel):
    """One part of the rows; `note` says why it has no metrics."""

    model_config = ConfigDict(frozen=True)

    name: str
    n: int
    metrics: tuple[Metric, ...] = ()
    note: str | None = None


class Gap(BaseModel):
    """The largest difference of a metric between two groups; the groups were chosen for it, so it flatters nobody.

    `is_clear`: its interval does not hold 0.
    """

    model_config = ConfigDict(frozen=True)

    metric: str
    label: str
    value: float
    interval: Interval | None
    is_clear: bool
    high: str
    low: str


class Report(BaseModel):
    """A table of metrics: a row per class or per group."""

    model_config = ConfigDict(frozen=True)

    id: Literal["classes", "groups"]
    title: str
    split: SplitName
    n: int
    rows: tuple[ReportRow, ...]
    gaps: tuple[Gap, ...] = ()
    note: str | None = None


def class_report(scored: Classified, *, split: SplitName) -> Report:
    """Return precision, recall and F1 of every class, with the number of its rows."""
    import numpy as np

    counts = np.bincount(scored.actual, minlength=len(scored.classes))
    places = np.sort(np.argsort(-counts, kind="stable")[:MAX_CLASSES])
    rows = tuple(
        ReportRow(
            name=scored.classes[place],
            n=int(counts[place]),
            metrics=tuple(measure(rule, scored, split=split, n=scored.n) for rule in class_rules(scored, int(place))),
        )
        for place in places
    )
    left = len(scored.classes) - len(rows)
    note = f"The {MAX_CLASSES} most frequent of {len(scored.classes)} classes." if left else None
    return Report(id="classes", title="By class", split=split, n=scored.n, rows=rows, note=note)


def group_report(scored: Classified | Measured, groups: "pl.Series", *, split: SplitName) -> Report:
    """Return the metrics of each group and the largest gap of each; `groups` names the group of each scored row.

    Numbers with many values are cut in four ranges of equal numbers of rows; of many groups the rarest are put
    together.
    """
    names, order = group_names(groups)
    rows = tuple(_group(scored, names == name, name, split) for name in order)
    few = [row.name for row in rows if row.note]
    note = f"Too few rows to measure: {', '.join(few)}." if few else None
    return Report(
        id="groups",
        title=f"By {groups.name}",
        split=split,
        n=scored.n,
        rows=rows,
        gaps=tuple(_gaps(rows)),
        note=note,
    )


def group_names(groups: "pl.Series") -> "tuple[Array, list[str]]":
    """Return each row's group, shape (n_rows,), and the groups in their order."""
    import numpy as np
    import polars as pl

    values = groups.fill_nan(None) if groups.dtype.is_float() else groups
    if values.dtype.is_numeric() and values.n_unique() > MAX_GROUPS:
        names, order = _ranges(values.cast(pl.Float64))
    else:
        order = values.drop_nulls().unique().sort().cast(pl.String).to_list()
        names = values.cast(pl.String)
    if len(order) > MAX_GROUPS:
        counts = names.drop_nulls().value_counts(name="n_rows").sort("n_rows", descending=True)
        kept = set(counts.get_column(names.name).head(MAX_GROUPS - 1).to_list())
        names = pl.select(
            pl.when(names.is_in(list(kept)) | names.is_null()).then(names).otherwise(pl.lit(OTHERS))
        ).to_series()
        order = [*(name for name in order if name in kept), OTHERS]
    if names.null_count():
        order = [*order, MISSING]
    return np.asarray(names.fill_null(MISSING).to_list(), dtype=object), order


def _ranges(values: "pl.Series") -> "tuple[pl.Series, list[str]]":
    import numpy as np
    import polars as pl

    present = values.drop_nulls().to_numpy()
    present = present[np.isfinite(present)]
    cuts = np.unique(np.quantile(present, np.linspace(0, 1, N_RANGES + 1)))
    named = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(cuts.tolist())]
    places = [
        None if value is None else int(np.clip(np.searchsorted(cuts, value, side="left") - 1, 0, len(named) - 1))
        for value in values.to_list()
    ]
    return pl.Series(values.name, [None if place is None else named[place] for place in places], dtype=pl.String), named


def _group(scored: Classified | Measured, rows: "Array", name: str, split: SplitName) -> ReportRow:
    n = int(rows.sum())
    if n < MIN_ROWS:
        return ReportRow(name=name, n=n, note=f"Too few rows: {n}, at least {MIN_ROWS} are needed.")
    part = scored.part(rows)
    return ReportRow(
        name=name, n=n, metrics=tuple(measure(rule, part, split=split, n=n) for rule in _group_rules(part))
    )


def _group_rules(part: Classified | Measured) -> list[Rule]:
    """Return what matters between groups: how good, and to which side the errors lean."""
    if isinstance(part, Measured):
        rules = {rule.name: rule for rule in regression_rules(part)}
        return [rules["mae"], rules["rmse"], mean_error()]
    rules = {rule.name: rule for rule in classification_rules(part)}
    if part.n_known == 2:
        leaning = [predicted_share(part, POSITIVE), false_positive_rate(part, POSITIVE)]
        return [rules["accuracy"], rules["precision"], rules["recall"], *leaning, rules["roc_auc"]]
    return [rules["accuracy"], rules["balanced_accuracy"], rules["f1_macro"]]


def _gaps(rows: tuple[ReportRow, ...]) -> "list[Gap]":
    measured = [row for row in rows if row.metrics]
    found = []
    for index in range(len(measured[0].metrics) if measured else 0):
        known = [(row.name, m) for row in measured if (m := row.metrics[index]).value is not None]
        if len(known) > 1:
            found.append(_gap(known))
    return found


def _gap(known: list[tuple[str, Metric]]) -> Gap:
    high_name, high = max(known, key=lambda item: item[1].value or 0.0)
    low_name, low = min(known, key=lambda item: item[1].value or 0.0)
    high_value, low_value = high.value or 0.0, low.value or 0.0
    interval = None
    if high.interval is not None and low.interval is not None:
        interval = difference(high_value, high.interval, low_value, low.interval)
    return Gap(
        metric=high.name,
        label=high.label,
        value=high_value - low_value,
        interval=interval,
        is_clear=interval is not None and interval[0] > 0,
        high=high_name,
        low=low_name,
    )
