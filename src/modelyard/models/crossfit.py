"""Cross-validation: everything is learned anew on each fold, so that nothing is learned from the rows scored."""

import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.data.table_files import read_table, write_table
from modelyard.kernel.kinds import family
from modelyard.models.engine import ClassWeight, Engine, Files, FitOptions, Fitted
from modelyard.models.folds import Fold
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.metrics.metric import Metric
from modelyard.runs.executors.base import Call, Executor, Handle

if TYPE_CHECKING:
    pass

ROWS_FILE = "rows.parquet"
FUNCTION = "modelyard.models.crossfit:fit_fold"


@dataclass(frozen=True)
class Recipe:
    """What is fitted on each fold: the documents of the preparing nodes, and the engine with its options."""

    nodes: tuple[Mapping[str, Any], ...]
    engine: Engine
    seed: int
    class_weight: ClassWeight
    budget_seconds: float | None = None


@dataclass(frozen=True)
class FoldScore:
    """How one fold did: every metric on the rows that it did not learn from."""

    metrics: tuple[Metric, ...]
    seconds: float
    row_seconds: float
    size_bytes: int

    def value(self, name: str) -> float | None:
        """Return one metric's value; None when it could not be computed."""
        return next((metric.value for metric in self.metrics if metric.name == name), None)


class CrossFit:
    """The rows and folds of one training table, ready to be fitted on by an executor."""

    def __init__(
        self,
        rows: Table,
        folds: Sequence[Fold],
        folder: Path,
        executor: Executor,
        files: Mapping[str, Path] | None = None,
    ) -> None:
        """Write the rows where the executor finds them; `rows` are raw training rows, `folds` places among them.

        `files`: what the engine needs beside them, by hash (`Engine.needed_files`).
        """
        self.folds = tuple(folds)
        self._executor = executor
        self._files: list[dict[str, Path]] = []
        for number, fold in enumerate(folds):
            path = folder / f"fold-{number}-{ROWS_FILE}"
            write_table(_parted(rows, fold), path)
            self._files.append({ROWS_FILE: path, **(files or {})})

    def submit(self, recipe: Recipe, fold: int, *, seconds: float | None = None) -> Handle:
        """Start the recipe on one fold; it is killed after `seconds`."""
        arguments = {
            "nodes": [dict(node) for node in recipe.nodes],
            "engine": recipe.engine.model_dump(mode="json"),
            "seed": recipe.seed,
            "class_weight": recipe.class_weight,
            "budget_seconds": recipe.budget_seconds,
        }
        return self._executor.submit(Call(FUNCTION, arguments, self._files[fold], seconds=seconds))

    def score(self, handle: Handle) -> FoldScore:
        """Return what a finished call found."""
        found = handle.result
        return FoldScore(
            tuple(Metric.model_validate(metric) for metric in found["metrics"]),
            found["seconds"],
            found["row_seconds"],
            found["size_bytes"],
        )


def fit_fold(arguments: dict[str, Any], files: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """Learn every node and the engine on the training rows of the file, and score them on its validation rows."""
    import sklearn.linear_model  # noqa: F401 — loaded before the clock starts: the first call is not slower than others

    table = read_table(files[ROWS_FILE])
    started = time.monotonic()
    learned_from = table.rows("train").target()
    for document in arguments["nodes"]:
        node = family("node").parse(document)
        table = node.apply(table, node.learn(table.rows("train")))
    engine: Engine = family("engine").parse(arguments["engine"])
    options = FitOptions(
        seed=arguments["seed"], class_weight=arguments["class_weight"], budget_seconds=arguments["budget_seconds"]
    )
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        fitted = engine.localised(Files(files.__getitem__, Path(inner))).fit(table.rows("train"), options)
    seconds = time.monotonic() - started
    scored = table.rows("validation")
    prediction = engine.predict(fitted, scored.frame)
    metrics = evaluate(
        scored.target(),
        prediction,
        task=fitted.task,
        split="validation",
        training_target=learned_from,
        with_intervals=False,
    )
    began = time.perf_counter()
    engine.predict(fitted, scored.frame[:1])
    return {
        "metrics": [metric.model_dump(mode="json") for metric in metrics],
        "seconds": seconds,
        "row_seconds": time.perf_counter() - began,
        "size_bytes": _saved_bytes(engine, fitted, folder),
    }


def _saved_bytes(engine: Engine, fitted: Fitted, folder: Path) -> int:
    """Return how large the engine's files are; they do not travel back."""
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        engine.save(fitted, Path(inner))
        return sum(path.stat().st_size for path in Path(inner).rglob("*") if path.is_file())


def summaries(scores: Sequence[FoldScore]) -> Iterator[Metric]:
    """Yield each metric's mean over the folds, with its 95 % interval; a fold that cannot say makes it unavailable."""
    for metrics in zip(*(score.metrics for score in scores), strict=True):
        values = [metric.value for metric in metrics if metric.value is not None]
        first = metrics[0]
        common = {
            "name": first.name,
            "label": first.label,
            "split": "folds",
            "n": sum(metric.n for metric in metrics),
            "higher_is_better": first.higher_is_better,
        }
        if len(values) < len(metrics):
            why = next(metric.unavailable for metric in metrics if metric.value is None)
            yield Metric(**common, value=None, unavailable=f"Not on every fold: {why}")
            continue
        baselines = [metric.baseline for metric in metrics if metric.baseline is not None]
        yield Metric(
            **common,
            value=mean(values),
            interval=interval(values, bounds_of(first.name, higher_is_better=first.higher_is_better)),
            baseline=mean(baselines) if len(baselines) == len(metrics) else None,
        )


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return math.fsum(values) / len(values)


def interval(values: Sequence[float], bounds: tuple[float, float]) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean over k folds of a cross-validation, cut at `bounds`; None for a single fold.

    Folds share training rows, so the variance is taken (1/k + 1/(k − 1)) times instead of 1/k times: the corrected
    resampled t-test of Nadeau and Bengio (Machine Learning 52, 2003), with test and training rows in the ratio 1:(k−1).
    """
    from scipy.stats import t

    k = len(values)
    if k < 2:
        return None
    centre = mean(values)
    variance = math.fsum((value - centre) ** 2 for value in values) / (k - 1)
    half = float(t.ppf(0.975, k - 1)) * math.sqrt(variance * (1 / k + 1 / (k - 1)))
    return max(centre - half, bounds[0]), min(centre + half, bounds[1])


def bounds_of(name: str, *, higher_is_better: bool) -> tuple[float, float]:
    """Return the least and the largest value that a metric can have."""
    if not higher_is_better:
        return 0.0, math.inf
    least = {"r2": -math.inf, "explained_variance": -math.inf, "mcc": -1.0}
    return least.get(name, 0.0), 1.0


def _parted(rows: Table, fold: Fold) -> Table:
    """Return the fold's rows, those to learn from first, as a split table."""
    import numpy as np
    import polars as pl

    places: np.ndarray[Any, Any] = np.concatenate([fold.train, fold.valid])
    parts = ["train"] * len(fold.train) + ["validation"] * len(fold.valid)
    schema = rows.schema.model_copy(update={"has_split": True})
    return Table(rows.frame[places], schema, pl.Series("split", parts, dtype=pl.String))
