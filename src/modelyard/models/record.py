"""What a training leaves on record beside metrics: predictions by row, latency, how rows were split, and limits."""

import statistics
import time
from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.frames import SplitName, Table
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.errors import Invalid
from modelyard.models.chain import Chain
from modelyard.models.comparing.kept import keep_predictions
from modelyard.models.limits import limits

N_TIMED = 5
MAX_TIMED_SECONDS = 1.0


class Record(BaseModel):
    """What a draft states of its own scoring; fields are those of the registry's row."""

    model_config = ConfigDict(frozen=True)

    limits: tuple[str, ...] = ()
    splitting: dict[str, Any] | None = None
    predictions_hash: str | None = None
    scored_rows_hash: str | None = None
    row_seconds: float | None = None


def record(chain: Chain, prepared: Table, raw: Table | None, *, split: SplitName, artifacts: ArtifactStore) -> Record:
    """Return the record of a model scored on the rows of `split`; `raw` holds the rows as they left the dataset."""
    splitting = prepared.schema.splitting
    predictions_hash, rows_hash = _predictions(chain, prepared, raw, split, artifacts)
    return Record(
        limits=tuple(limits(prepared, task=chain.fitted.task, split=split)),
        splitting=splitting.model_dump(mode="json") if splitting and prepared.schema.has_split else None,
        predictions_hash=predictions_hash,
        scored_rows_hash=rows_hash,
        row_seconds=row_seconds(chain),
    )


def _predictions(
    chain: Chain, prepared: Table, raw: Table | None, split: SplitName, artifacts: ArtifactStore
) -> tuple[str | None, str | None]:
    rows = prepared.rows(split)
    if raw is None or rows.schema.target is None or rows.n_rows == 0:
        return None, None
    prediction = chain.engine.predict(chain.fitted, rows.frame)
    task = chain.fitted.task
    return keep_predictions(raw.rows(split), rows.target(), prediction, task=task, split=split, artifacts=artifacts)


def row_seconds(chain: Chain) -> float | None:
    """Return the median time of one row, raw columns to prediction, in this process."""
    row = {item.name: item.example for item in chain.signature.inputs}
    try:
        chain.predict([row])  # the first call also loads what later ones find
        timed: list[float] = []
        while len(timed) < N_TIMED and sum(timed) < MAX_TIMED_SECONDS:
            started = time.perf_counter()
            chain.predict([row])
            timed.append(time.perf_counter() - started)
    except Invalid:
        return None  # no training row was whole, so there is no row to try
    return statistics.median(timed)
