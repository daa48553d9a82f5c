"""Predictions kept with a model: those of the rows that it was scored on, with ids by which other models find them."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName, Table
from modelyard.kernel.artifacts import ArtifactStore, storage_errors
from modelyard.models.engine import Prediction
from modelyard.models.metrics.evaluate import scored_as
from modelyard.models.metrics.scored import Classified, Measured, scored_rows

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MAX_CELLS = 4_000_000
"""Numbers kept per model, 32 MB before compression; of more rows those with the lowest ids, the same in every model."""
_METADATA = "modelyard"
_ID, _ACTUAL, _PREDICTED = "id", "actual", "predicted"


@dataclass(frozen=True)
class Kept:
    """Rows with a target and what was predicted for them, in the order of their ids; `n_all` counts all of them.

    `ids` of shape (n_rows,): equal ids mean equal raw rows, in whichever dataset or model.
    """

    task: Task
    split: SplitName
    n_all: int
    ids: "Array"
    target: "pl.Series"
    prediction: Prediction

    @property
    def n(self) -> int:
        """Number of rows kept."""
        return len(self.ids)

    def scored(self) -> Classified | Measured:
        """Return the rows as metrics see them; there is no baseline in them."""
        return scored_as(self.task, self.target, self.prediction, self.target)


def keep_predictions(
    raw: Table, target: "pl.Series", prediction: Prediction, *, task: Task, split: SplitName, artifacts: ArtifactStore
) -> tuple[str, str]:
    """Store what was predicted for the rows that have a target; return the artifact's hash and that of the row ids.

    `raw` holds the rows as they left the dataset, `target` and `prediction` are of the same rows in the same order.
    """
    import polars as pl

    ids = row_ids(raw.frame)
    predicted = pl.Series(_PREDICTED, prediction.values.tolist(), dtype=pl.String if prediction.classes else pl.Float64)
    columns = [ids.alias(_ID), target.alias(_ACTUAL), predicted]
    if prediction.probabilities is not None:
        columns += [pl.Series(f"p{i}", values) for i, values in enumerate(prediction.probabilities.T)]
    frame = pl.DataFrame(columns).filter(pl.Series(scored_rows(target, task=task)))
    facts = {"task": task, "split": split, "n_all": frame.height, "classes": prediction.classes, "name": target.name}
    frame = frame.sort(_ID)
    rows_hash = hashlib.sha256(frame.get_column(_ID).to_numpy().tobytes()).hexdigest()
    frame = frame.head(max(1, MAX_CELLS // len(columns)))
    with storage_errors(), artifacts.scratch_file(".parquet") as path:
        frame.write_parquet(path, compression="zstd", metadata={_METADATA: json.dumps(facts)})
        return artifacts.put_file(path).hash, rows_hash


def read_predictions(artifacts: ArtifactStore, digest: str, scratch: Path) -> Kept:
    """Return what `keep_predictions` stored; raise NotFound or ArtifactCorrupt."""
    import polars as pl

    path = artifacts.fetch(digest, scratch)
    facts = json.loads(pl.read_parquet_metadata(path)[_METADATA])
    frame = pl.read_parquet(path)
    classes = tuple(facts["classes"]) if facts["classes"] is not None else None
    values = frame.get_column(_PREDICTED).to_numpy()
    named = [name for name in frame.columns if name not in (_ID, _ACTUAL, _PREDICTED)]
    probabilities = frame.select(named).to_numpy() if named else None
    return Kept(
        task=facts["task"],
        split=facts["split"],
        n_all=facts["n_all"],
        ids=frame.get_column(_ID).to_numpy(),
        target=frame.get_column(_ACTUAL).alias(facts["name"]),
        prediction=Prediction(values, probabilities, classes),
    )


def row_ids(raw: "pl.DataFrame") -> "pl.Series":
    """Return a number for each row, shape (n_rows,), of its values and, for equal rows, of its place among them."""
    import polars as pl

    texts = raw.select(pl.struct(pl.all()).struct.json_encode()).to_series() if raw.width else [""] * raw.height
    seen: Counter[str] = Counter()
    ids = []
    for text in texts:
        digest = hashlib.blake2b(f"{seen[text]}{text}".encode(), digest_size=8).digest()
        ids.append(int.from_bytes(digest, "big"))
        seen[text] += 1
    return pl.Series(_ID, ids, dtype=pl.UInt64)
