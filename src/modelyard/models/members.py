"""Members of an ensemble: each an engine with the preparing nodes it needs, fitted, and its weight in the mean."""

import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.errors import Refused
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine, FitOptions, Fitted, Prediction
from modelyard.models.folds import Fold, folds
from modelyard.models.libraries import load_learning
from modelyard.models.signature import PreparingStep, apply_steps, origins

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

PART_FILE = "part.json"

NodeDocument = Mapping[str, Any]
Learned = tuple[NodeDocument, dict[str, Any]]
"""A preparing node's document and what it learned."""


@dataclass(frozen=True)
class Part:
    """One fitted engine with the nodes before it; `weight` is its share of the ensemble."""

    nodes: tuple[Learned, ...]
    engine: Engine
    fitted: Fitted
    weight: float = 1.0

    def steps(self) -> tuple[PreparingStep, ...]:
        """Return the nodes as kinds."""
        return tuple((family("node").parse(document), learned) for document, learned in self.nodes)

    @property
    def preparation(self) -> str:
        """What the rows go through, as text: equal for parts that take the same prepared rows."""
        return json.dumps(self.nodes, sort_keys=True)


def fit_part(
    engine: Engine,
    nodes: Sequence[NodeDocument],
    table: Table,
    options: FitOptions,
    *,
    validation: Table | None = None,
) -> Part:
    """Let each node learn from the rows of `table` and change them, then fit the engine on what comes out.

    `validation`: rows to stop early on; they go through the same nodes and teach them nothing.
    """
    import polars as pl

    load_learning()
    # Nodes that cross-fit must know which rows teach them.
    table = replace(table, split=pl.repeat("train", table.n_rows, eager=True, dtype=pl.String).alias("split"))
    learned: list[Learned] = []
    for document in nodes:
        node = family("node").parse(document)
        taught = node.learn(table)
        table = node.apply(table, taught)
        validation = node.apply(validation, taught) if validation is not None else None
        learned.append((dict(document), taught))
    fitted = engine.fit(table, replace(options, validation=validation))
    return Part(tuple(learned), engine, fitted)


def ordered_folds(prepared: Table, raw: Table, *, n_folds: int, seed: int) -> list[Fold]:
    """Return the folds of the training rows; with a time split the one scored on the latest rows is first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes with fewer rows than folds: known, and no harm
        found = folds(prepared, raw, n_folds=n_folds, seed=seed)
    is_by_time = prepared.schema.splitting is not None and prepared.schema.splitting.method == "time"
    return found[::-1] if is_by_time else found


class Members:
    """Fitted parts as one predictor of rows with the columns of `schema`; equal preparations are done once."""

    def __init__(self, parts: Sequence[Part], schema: Schema, classes: tuple[str, ...] | None) -> None:
        self.parts = tuple(parts)
        self.schema = schema
        self.classes = classes
        self._groups: dict[str, tuple[tuple[PreparingStep, ...], list[Part]]] = {}
        for part in parts:
            self._groups.setdefault(part.preparation, (part.steps(), []))[1].append(part)

    def predict(self, frame: "pl.DataFrame") -> "np.ndarray[Any, Any]":
        """Return the weighted mean: probabilities (n_rows, n_classes), or numbers (n_rows,)."""
        import numpy as np

        total: Any = 0.0
        for part, prepared in self.prepared(frame):
            total = total + part.weight * scores(part.engine.predict(part.fitted, prepared), self.classes)
        mean: np.ndarray[Any, Any] = total / sum(part.weight for part in self.parts)
        return mean

    def prepared(self, frame: "pl.DataFrame") -> "Iterator[tuple[Part, pl.DataFrame]]":
        """Yield each part with the rows as its engine takes them."""
        table = Table(frame.select(self.schema.names), self.schema)
        for steps, parts in self._groups.values():
            rows = apply_steps(steps, table).frame
            yield from ((part, rows) for part in parts)

    def sources(self, frame: "pl.DataFrame") -> "Iterator[tuple[Part, dict[str, set[str]]]]":
        """Yield each part with the columns of `schema` that each of its engine's features is made of."""
        for steps, parts in self._groups.values():
            made_of = origins(steps, Table(frame.select(self.schema.names), self.schema))
            yield from ((part, made_of) for part in parts)


def scores(prediction: Prediction, classes: tuple[str, ...] | None) -> "np.ndarray[Any, Any]":
    """Return probabilities with a column per class in `classes` (0 for those it never saw), or the numbers."""
    import numpy as np

    if classes is None or prediction.probabilities is None or prediction.classes is None:
        return np.asarray(prediction.values, dtype=float)
    if prediction.classes == classes:
        return prediction.probabilities
    spread = np.zeros((len(prediction.probabilities), len(classes)))
    spread[:, [classes.index(name) for name in prediction.classes]] = prediction.probabilities
    return spread


def save_part(part: Part, folder: Path, prefix: str) -> None:
    """Write the part as plain files whose names begin with `prefix`."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as inner:
        part.engine.save(part.fitted, Path(inner))
        document = {"nodes": part.nodes, "engine": part.engine.model_dump(mode="json"), "weight": part.weight}
        (Path(inner) / PART_FILE).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        for file in Path(inner).iterdir():
            file.rename(folder / f"{prefix}{file.name}")


def load_part(files: Mapping[str, Path], prefix: str) -> Part:
    """Read what `save_part` wrote; `files` by their names, prefix included."""
    mine = {name.removeprefix(prefix): path for name, path in files.items() if name.startswith(prefix)}
    if PART_FILE not in mine:
        raise Refused("This model lacks one of its members.", hint="Train it again.")
    document = json.loads(mine[PART_FILE].read_text(encoding="utf-8"))
    engine: Engine = family("engine").parse(document["engine"])
    if engine.is_pickled:
        raise Refused(f"A member of this model is of {engine.title}, whose files run code: it was not read.")
    with tempfile.TemporaryDirectory() as inner:
        for name, path in mine.items():
            (Path(inner) / name).symlink_to(path.resolve())
        fitted = engine.load(Path(inner))
    nodes = tuple((node, learned) for node, learned in document["nodes"])
    return Part(nodes, engine, fitted, document["weight"])
