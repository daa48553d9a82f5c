"""The baseline that needs no thought: default histogram gradient boosting on the same training rows."""

import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.data.frames import Table
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.kinds import family
from modelyard.models.engine import Engine, FitOptions, Fitted, Prediction

if TYPE_CHECKING:
    import polars as pl

MAX_ROWS = 50_000
"""Training rows it is fitted on; of more a sample, which is said."""
MAX_SECONDS = 15.0
"""It stops growing trees after this; which is said too."""
LEAST_SECONDS = 1.0
"""With less time than this it is left out."""


@dataclass(frozen=True)
class Boosting:
    """Fitted boosting, or why there is none; `notes` say what was left out."""

    engine: Engine | None = None
    fitted: Fitted | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def predict(self, frame: "pl.DataFrame") -> Prediction | None:
        """Predict prepared rows; None when there is no fit."""
        return self.engine.predict(self.fitted, frame) if self.engine is not None and self.fitted is not None else None


_last: "tuple[weakref.ref[Table], int, Boosting] | None" = None
"""Train, Evaluate and Visualise follow each other with the same table in one process: it is fitted once."""


def boosting_baseline(prepared: Table, *, seed: int = 0, max_seconds: float | None = None) -> Boosting:
    """Return default histogram gradient boosting fitted on the training rows of `prepared`, kept for the next call.

    Columns that it cannot take (text, dates) are left out. A fit that is refused is a note, never an error: a baseline
    must not stop what it is compared with. `max_seconds`: what it may take, at most MAX_SECONDS.
    """
    global _last
    if _last is not None and _last[0]() is prepared and _last[1] == seed:
        return _last[2]
    allowed = MAX_SECONDS if max_seconds is None else min(MAX_SECONDS, max_seconds)
    if allowed < LEAST_SECONDS:
        return Boosting(notes=("No gradient boosting baseline: there is no time left for it.",))
    try:
        found = _fit(prepared.rows("train"), seed, allowed)
    except ModelyardError as error:
        found = Boosting(notes=(f"No gradient boosting baseline: {error.message}",))
    _last = (weakref.ref(prepared), seed, found)
    return found


def _fit(train: Table, seed: int, max_seconds: float) -> Boosting:
    engine: Engine = family("engine").parse({"kind": "hist_gradient_boosting"})
    kept, notes = _untakeable(train)
    kept, sampled = _sample(kept, seed)
    started = time.monotonic()
    fitted = engine.fit(kept, FitOptions(seed=seed, budget_seconds=max_seconds))
    stated = [note for note in fitted.notes if "budget" in note]
    named = tuple(f"Gradient boosting baseline: {note}" for note in (*notes, *sampled, *stated))
    return Boosting(engine, fitted, time.monotonic() - started, named)


def _untakeable(train: Table) -> tuple[Table, list[str]]:
    """Return the rows without columns of text, identifiers and dates."""
    gone = [
        column.name
        for column in train.schema.features
        if column.dtype in ("date", "datetime") or (column.dtype == "string" and column.kind in ("text", "id"))
    ]
    if not gone:
        return train, []
    kept = Table(train.frame.drop(gone), train.schema.without(gone), train.split)
    return kept, [f"without the columns {', '.join(gone[:5])}{' …' if len(gone) > 5 else ''}, which it cannot take."]


def _sample(train: Table, seed: int) -> tuple[Table, list[str]]:
    import numpy as np

    if train.n_rows <= MAX_ROWS:
        return train, []
    places: np.ndarray[tuple[int], np.dtype[np.intp]] = np.sort(
        np.random.default_rng(seed).choice(train.n_rows, MAX_ROWS, replace=False)
    )
    split = train.split[places] if train.split is not None else None
    return Table(train.frame[places], train.schema, split), [
        f"fitted on a sample of {MAX_ROWS:,} of {train.n_rows:,} training rows."
    ]
