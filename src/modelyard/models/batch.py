"""A file of rows to a file of predictions: one output row per input row, in batches, in order."""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.reading.read import read_file
from modelyard.kernel.artifacts import ArtifactStore, storage_errors
from modelyard.kernel.settings import Settings
from modelyard.models.chain import Chain

if TYPE_CHECKING:
    import polars as pl

    from modelyard.models.engine import Prediction

BATCH_ROWS = 20_000


@dataclass(frozen=True)
class Predicted:
    """How many rows were predicted, and sentences worth knowing, each once."""

    n_rows: int
    warnings: tuple[str, ...]


@dataclass
class _Reading:
    """Where a file is read, outside of any run."""

    settings: Settings
    scratch: Path
    report: Callable[[float, str], None]

    def step(self, message: str, fraction: float) -> None:
        """Pass the progress on; reading is the first half."""
        self.report(fraction / 2, message)


def predict_file(
    chain: Chain,
    source: Path,
    out: Path,
    *,
    settings: Settings,
    artifacts: ArtifactStore,
    report: Callable[[float, str], None] = lambda _fraction, _message: None,
) -> Predicted:
    """Write `prediction` and, for classes, `probability_<class>` to the CSV file `out`, whole or not at all."""
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.scratch) as folder:
        rows = Path(folder) / "rows.parquet"
        reading = _Reading(settings, Path(folder), report)
        dtypes = {item.name: item.dtype for item in chain.signature.inputs}
        n_rows = read_file(source, rows, filename=source.name, ctx=reading, dtypes=dtypes).n_rows
        with storage_errors(), _whole(out) as file:
            return _predict(chain, rows, file, n_rows, report)


def _predict(chain: Chain, rows: Path, file: Any, n_rows: int, report: Callable[[float, str], None]) -> Predicted:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header(chain))
    n_done, warnings = 0, dict[str, None]()
    for frame in _batches(rows):
        answer = chain.predict(frame, first_row=n_done)
        writer.writerows(_lines(answer.prediction))
        n_done += frame.height
        warnings.update(dict.fromkeys(answer.warnings))
        report(0.5 + 0.5 * n_done / max(n_rows, 1), f"{n_done:,} of {n_rows:,} rows")
    return Predicted(n_done, tuple(warnings))


def header(chain: Chain) -> list[str]:
    """Return the columns of the file of predictions."""
    classes = chain.fitted.classes if chain.fitted.task == "classification" else None
    return ["prediction", *(f"probability_{name}" for name in classes or ())]


def _batches(path: Path) -> "Iterator[pl.DataFrame]":
    import polars as pl
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame


def _lines(prediction: "Prediction") -> Iterator[list[Any]]:
    values = prediction.values.tolist()
    if prediction.probabilities is None:
        return ([value] for value in values)
    return ([value, *row] for value, row in zip(values, prediction.probabilities.tolist(), strict=True))


@contextmanager
def _whole(out: Path) -> Iterator[Any]:
    """Yield a new file beside `out` that takes its place when all went well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
