"""Any number of models side by side: metrics with the best marked, and everything about them that differs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.models.tables import Model

DIFFERENT_TASKS = "These models are for different tasks: their metrics are not the same figures."
DIFFERENT_TARGETS = "These models predict different targets: their metrics cannot be compared."
DIFFERENT_ROWS = (
    "These models were scored on different rows: a better figure may come from easier rows. Train them with the same "
    "dataset and the same split to tell them apart."
)
UNKNOWN_ROWS = "Some of these models were trained before the rows they were scored on were noted: train them again."
NOT_PRESENT = "–"


@dataclass(frozen=True)
class MetricLine:
    """One metric of every model; None where a model has none of that name. `best`: places of the best values.

    Nothing is best where the models were not scored on the same rows.
    """

    name: str
    label: str
    split: str
    higher_is_better: bool
    values: tuple[dict[str, Any] | None, ...]
    best: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One fact of every model."""

    name: str
    values: tuple[Any, ...]
    differs: bool


@dataclass(frozen=True)
class Comparison:
    """Models side by side, in the order asked for; `warnings` say why figures may not be compared."""

    models: tuple[Model, ...]
    warnings: tuple[str, ...]
    metrics: tuple[MetricLine, ...]
    facts: tuple[Line, ...]
    parameters: tuple[Line, ...]
    columns: tuple[Line, ...]
    """How each model uses each raw column: its kind, `not used`, or – where the dataset has no such column."""

    @property
    def is_fair(self) -> bool:
        """Whether all were scored on the same rows for the same target."""
        return not self.warnings


def compare(models: Sequence[Model]) -> Comparison:
    """Return the models side by side."""
    warnings = tuple(_warnings(models))
    return Comparison(
        models=tuple(models),
        warnings=warnings,
        metrics=tuple(_metric_lines(models, marks_best=not warnings)),
        facts=tuple(_line(name, (read(model) for model in models)) for name, read in _FACTS.items()),
        parameters=tuple(_lines([dict(leaves(model.parameters)) for model in models])),
        columns=tuple(_lines([_columns(model) for model in models])),
    )


def leaves(document: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    """Yield the values of a document with their dotted paths."""
    if not isinstance(document, dict) or not document:
        yield path, document
        return
    for name, inner in document.items():
        yield from leaves(inner, f"{path}.{name}" if path else name)


def _warnings(models: Sequence[Model]) -> Iterable[str]:
    if len({model.task for model in models}) > 1:
        yield DIFFERENT_TASKS
    elif len({model.target for model in models}) > 1:
        yield DIFFERENT_TARGETS
    elif models[0].task == "clustering":
        return
    elif None in {model.scored_rows_hash for model in models}:
        yield UNKNOWN_ROWS
    elif len({model.scored_rows_hash for model in models}) > 1:
        yield DIFFERENT_ROWS


def _metric_lines(models: Sequence[Model], *, marks_best: bool) -> Iterable[MetricLine]:
    found = [{(each["split"], each["name"]): each for each in model.metrics} for model in models]
    for key in dict.fromkeys(key for each in found for key in each):
        values = tuple(each.get(key) for each in found)
        shown = next(value for value in values if value is not None)
        yield MetricLine(
            name=shown["name"],
            label=shown["label"],
            split=shown["split"],
            higher_is_better=shown["higher_is_better"],
            values=values,
            best=_best(values, higher=shown["higher_is_better"]) if marks_best else (),
        )


def _best(values: Sequence[dict[str, Any] | None], *, higher: bool) -> tuple[int, ...]:
    known = {place: each["value"] for place, each in enumerate(values) if each and each["value"] is not None}
    if len(known) < 2 or len(set(known.values())) == 1:
        return ()
    top = max(known.values()) if higher else min(known.values())
    return tuple(place for place, value in known.items() if value == top)


def _lines(documents: Sequence[dict[str, Any]]) -> Iterable[Line]:
    for name in dict.fromkeys(name for document in documents for name in document):
        # A parameter without a value and one that the other engine does not have say the same to a reader.
        found = (document.get(name) for document in documents)
        yield _line(name, (NOT_PRESENT if value is None else value for value in found))


def _line(name: str, values: Iterable[Any]) -> Line:
    given = tuple(values)
    return Line(name, given, differs=any(value != given[0] for value in given[1:]))


def _columns(model: Model) -> dict[str, str]:
    used = {item["name"]: item["kind"] for item in model.signature["inputs"]}
    unused = {name: "not used" for name in model.signature.get("ignored", ()) if name != model.target}
    return {**used, **unused}


def _split(model: Model) -> str | None:
    splitting = model.splitting
    if splitting is None:
        return None
    return f"{splitting['method']} by {splitting['column']}" if splitting.get("column") else str(splitting["method"])


_FACTS: dict[str, Callable[[Model], Any]] = {
    "engine": lambda model: model.engine,
    "dataset": lambda model: model.dataset_name,
    "dataset_hash": lambda model: model.dataset_hash,
    "n_train": lambda model: model.n_rows.get("train"),
    "n_validation": lambda model: model.n_rows.get("validation"),
    "n_test": lambda model: model.n_rows.get("test"),
    "split": _split,
    "n_columns": lambda model: len(model.signature["inputs"]),
    "preparation": lambda model: " → ".join(step["kind"] for step in model.steps) or None,
    "seconds": lambda model: model.seconds,
    "row_seconds": lambda model: model.row_seconds,
    "size_bytes": lambda model: model.size_bytes,
    "workflow_version": lambda model: model.workflow_version,
    "created_at": lambda model: model.created_at,
}
