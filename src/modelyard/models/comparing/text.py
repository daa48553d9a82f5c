"""A comparison as text to take away: Markdown for people, CSV for tables."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from modelyard.models.card import plain
from modelyard.models.comparing.comparison import Comparison, Line, MetricLine

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
