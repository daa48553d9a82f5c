"""Rows of a model that can be changed and predicted again: in the columns people know, where that is possible."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.frames import SplitName, Table
from modelyard.models.chain import Chain, replay
from modelyard.models.engine import Prediction
from modelyard.models.metrics.scored import scored_rows
from modelyard.models.target import positions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MAX_REPLAY_SECONDS = 0.5
"""Preparation that takes longer for the sample is not repeated for every change."""


@dataclass(frozen=True)
class Probe:
    """A sample of rows with a usable target.

    `frame` has shape (n_rows, n_columns); `columns` are those that may be changed; `actual` are positions of classes or
    numbers, shape (n_rows,), None for clusters; `is_raw`: the columns are those of the dataset, and `predict` prepares
    them first.
    """

    frame: "pl.DataFrame"
    columns: tuple[Column, ...]
    actual: "Array | None"
    predict: Callable[["pl.DataFrame"], Prediction]
    is_raw: bool


def probe(
    chain: Chain, prepared: Table, raw: Table | None, *, split: SplitName, max_rows: int, seed: int = 0
) -> Probe | None:
    """Return at most `max_rows` rows of a part, or None when none has a usable target.

    Raw rows are taken when preparing them again gives what the engine was given: not so when a node looks at other rows
    (lags, rolling windows), nor worth it when preparation is slow.
    """
    import polars as pl

    rows = prepared.rows(split)
    places, actual = _usable(chain, rows, max_rows, seed)
    if len(places) == 0:
        return None
    chosen = pl.Series(places)
    sample = rows.frame[chosen].select(chain.fitted.features)
    if raw is not None and (found := _raw_probe(chain, raw.rows(split), chosen, sample, actual)) is not None:
        return found
    columns = tuple(column for column in rows.schema.features if column.name in chain.fitted.features)
    return Probe(sample, columns, actual, lambda frame: chain.engine.predict(chain.fitted, frame), is_raw=False)


def _raw_probe(
    chain: Chain, raw: Table, places: "pl.Series", sample: "pl.DataFrame", actual: "Array | None"
) -> Probe | None:
    if not set(chain.schema.names) <= set(raw.frame.columns):
        return None
    frame = raw.frame[places].select(chain.schema.names)
    started = time.monotonic()
    again = replay(chain, frame)
    if time.monotonic() - started > MAX_REPLAY_SECONDS or not again.equals(sample):
        return None
    inputs = {item.name for item in chain.signature.inputs}
    columns = tuple(column for column in chain.schema.columns if column.name in inputs)
    return Probe(
        frame, columns, actual, lambda rows: chain.engine.predict(chain.fitted, replay(chain, rows)), is_raw=True
    )


def _usable(chain: Chain, rows: Table, max_rows: int, seed: int) -> "tuple[Array, Array | None]":
    """Return the places of the rows and their target: positions of classes or numbers."""
    import numpy as np
    import polars as pl

    fitted = chain.fitted
    if fitted.task == "clustering":
        return _sampled(np.arange(rows.n_rows), max_rows, seed), None
    target = rows.target()
    usable = scored_rows(target, task=fitted.task)
    if fitted.task == "classification" and fitted.classes is not None:
        codes = positions(target, fitted.classes)
        places = _sampled(np.flatnonzero(usable & (codes >= 0)), max_rows, seed)
        return places, codes[places]
    places = _sampled(np.flatnonzero(usable), max_rows, seed)
    return places, target.gather(pl.Series(places)).cast(pl.Float64).to_numpy()


def _sampled(places: "Array", max_rows: int, seed: int) -> "Array":
    import numpy as np

    if len(places) <= max_rows:
        return places
    kept: Array = np.sort(np.random.default_rng(seed).choice(places, max_rows, replace=False))
    return kept
