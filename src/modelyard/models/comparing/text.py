"""A comparison as text to take away: Markdown for people, CSV for tables."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from modelyard.models.card import plain
from modelyard.models.comparing.comparison import Comparison, Line, MetricLine
from modelyard.models.tables import Model

if TYPE_CHECKING:
    from modelyard.models.comparing.paired import Difference
    from modelyard.models.comparing.verbs import PairedWith

_NAMES = {
    "engine": "Engine",
    "dataset": "Dataset",
    "dataset_hash": "Dataset hash",
    "n_train": "Training rows",
    "n_validation": "Validation rows",
    "n_test": "Test rows",
    "split": "Split",
    "n_columns": "Columns used",
    "preparation": "Preparation",
    "seconds": "Training time (s)",
    "row_seconds": "One row (s)",
    "size_bytes": "Size (bytes)",
    "workflow_version": "Workflow version",
    "created_at": "Made (UTC)",
}


def as_markdown(comparison: Comparison) -> str:
    """Return tables of metrics, facts, and the parameters and columns that differ; the best value is bold."""
    head = [plain(name) for name in _titles(comparison)]
    parts = [
        "# Comparison of models",
        *(f"> {warning}" for warning in comparison.warnings),
        "## Metrics\n\n" + _table(["Metric", *head], map(_metric_cells, comparison.metrics)),
        "## Facts\n\n" + _table(["Fact", *head], ([_NAMES[line.name], *_told(line)] for line in comparison.facts)),
    ]
    for title, lines in (("Parameters", comparison.parameters), ("Columns", comparison.columns)):
        differing = [[line.name, *_told(line)] for line in lines if line.differs]
        text = _table([title, *head], differing) if differing else "They are the same."
        parts.append(f"## {title} that differ\n\n{text}")
    return "\n\n".join(parts) + "\n"


def as_csv(comparison: Comparison) -> str:
    """Return one line per metric and model, with every digit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        (
            "model",
            "version",
            "id",
            "metric",
            "split",
            "n",
            "value",
            "low",
            "high",
            "is_best",
            "higher_is_better",
            "note",
        )
    )
    for line in comparison.metrics:
        for place, (model, metric) in enumerate(zip(comparison.models, line.values, strict=True)):
            if metric is None:
                continue
            low, high = metric.get("interval") or (None, None)
            figures = (metric["n"], metric["value"], low, high, place in line.best, line.higher_is_better)
            named = (model.name, model.version, model.id, line.name, line.split)
            writer.writerow((*named, *figures, metric["unavailable"] or ""))
    return out.getvalue()


def paired_as_markdown(reference: Model, tests: "Sequence[PairedWith]") -> str:
    """Return the differences of each model to the one they were compared with, on the same rows."""
    parts = [f"## On the same rows, compared with {plain(reference.name)}, version {reference.version}"]
    for test in tests:
        found = test.result
        title = f"### {plain(test.model.name)}, version {test.model.version}"
        if found.unavailable is not None:
            parts.append(f"{title}\n\n{plain(found.unavailable)}")
            continue
        rows = [[plain(each.label), *_difference(each)] for each in found.differences]
        parts.append(f"{title}\n\nn = {found.n:,}\n\n" + _table(["Metric", "Difference", "95 % interval", ""], rows))
        if found.mcnemar is not None:
            test_of = found.mcnemar
            only = f"{test_of.n_only_second} rows right only here, {test_of.n_only_first} only there"
            parts.append(f"McNemar, exact: {only}, p = {test_of.p_value:.3g}")
    return "\n\n".join(parts) + "\n"


def _difference(each: "Difference") -> list[str]:
    if each.difference is None:
        return ["–", "–", plain(each.unavailable or "")]
    if each.interval is None:
        return [f"{each.difference:+.4g}", "–", plain(each.unavailable or "")]
    is_better = (each.difference > 0) == each.higher_is_better
    told = ("better" if is_better else "worse") if each.is_certain else "may be chance"
    return [f"{each.difference:+.4g}", f"{each.interval[0]:+.4g} to {each.interval[1]:+.4g}", told]


def _titles(comparison: Comparison) -> list[str]:
    return [f"{model.name}, version {model.version}" for model in comparison.models]


def _metric_cells(line: MetricLine) -> list[str]:
    n = next(value["n"] for value in line.values if value is not None)
    better = "" if line.higher_is_better else ", lower is better"
    cells = [_figure(value, is_best=place in line.best) for place, value in enumerate(line.values)]
    return [f"{plain(line.label)} ({line.split}, n = {n:,}{better})", *cells]


def _figure(metric: dict[str, Any] | None, *, is_best: bool) -> str:
    if metric is None or metric["value"] is None:
        return plain(metric["unavailable"] or "–") if metric else "–"
    value = f"**{metric['value']:.4g}**" if is_best else f"{metric['value']:.4g}"
    interval = metric.get("interval")
    return f"{value} ({interval[0]:.4g} to {interval[1]:.4g})" if interval else value


def _told(line: Line) -> list[str]:
    return [plain(_cell(value)) for value in line.values]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
