"""Bars of how much each column matters: the engine's own measure, and by shuffling."""

from collections.abc import Sequence
from typing import Literal

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.charts.chart import (
    MAX_COLUMNS,
    Chart,
    Rows,
    Spec,
    Unavailable,
    axis,
    names_axis,
    plain,
    spec,
    tip,
)
from modelyard.models.charts.subject import Subject
from modelyard.models.importance import MAX_COLUMNS as MAX_SHUFFLED
from modelyard.models.importance import Importance, native_importance

TITLES = {"native": "Importance (the engine's own)", "permutation": "Importance (by shuffling)"}


def native(subject: Subject, title: str) -> Spec:
    """Draw the engine's own importance."""
    found = native_importance(subject.chain.engine, subject.chain.fitted)
    if found is None:
        raise Unavailable(f"{subject.chain.engine.title} has no importance of its own; see the one by shuffling.")
    return _bars(found, title, "share of the importance", f"training rows, n = {subject.chain.fitted.n_rows:,}")


def permutation(subject: Subject, title: str) -> Spec:
    """Draw by how much the loss grows when a column is shuffled, with 95 % intervals."""
    if subject.chain.engine.reads_text:
        raise Unavailable(f"{subject.chain.engine.title} reads one column, so there is none to compare it with.")
    found = subject.permutation
    if not found:
        n_columns = len(subject.probe.columns)
        if n_columns > MAX_SHUFFLED:
            raise Unavailable(f"{n_columns:,} columns are too many to shuffle one by one; at most {MAX_SHUFFLED:,}.")
        raise Unavailable("Shuffling every column once would take too long, or there are fewer than two rows.")
    rows = subject.probe.frame.height
    return _bars(
        found, title, f"growth of the {_loss(subject.chain.fitted.task)}", f"{subject.split} rows, n = {rows:,}"
    )


def importance_chart(
    importance: Sequence[Importance],
    *,
    kind: Literal["native", "permutation"],
    split: SplitName,
    n: int,
    task: Task | None = None,
) -> Chart:
    """Return bars of importances that are known already."""
    x_title = {"native": "share of the importance", "permutation": f"growth of the {_loss(task)}"}[kind]
    drawn = _bars(importance, TITLES[kind], x_title, f"{split} rows, n = {n:,}")
    return Chart(id=f"{kind}_importance", title=TITLES[kind], kind=f"{kind}_importance", spec=drawn)


def _loss(task: Task | None) -> str:
    return {"classification": "log loss", "regression": "RMSE"}.get(task or "", "loss")


def _bars(importance: Sequence[Importance], title: str, x_title: str, about: str) -> Spec:
    shown = importance[:MAX_COLUMNS]
    more = f", the first {MAX_COLUMNS} of {len(importance)} columns" if len(importance) > MAX_COLUMNS else ""
    rows: Rows = []
    for item in shown:
        low, high = item.interval or (None, None)
        ends = {"low": plain(low), "high": plain(high)} if low is not None and high is not None else {}
        rows.append({"column": item.column, "value": plain(item.value), **ends})
    has_intervals = any("low" in row for row in rows)
    told = (("low", "95 % from", ",.4~g"), ("high", "95 % to", ",.4~g")) if has_intervals else ()
    encoding = {
        "y": names_axis("column", "column", [item.column for item in shown]),
        "x": axis("value", "quantitative", x_title),
        "tooltip": tip(("column", "column"), ("value", x_title, ",.4~g"), *told),
    }
    layers: list[Spec] = [{"mark": "bar"}]
    if has_intervals:
        bars = {"x": axis("low", "quantitative", x_title), "x2": {"field": "high"}}
        layers.append({"mark": "rule", "encoding": bars})
    return spec(title, about + more, rows, encoding=encoding, layer=layers, height={"step": 18})
