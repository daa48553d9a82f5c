"""How much each column matters: the engine's own measure, and the loss that shuffling the column costs."""

import time
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.frames import Table
from modelyard.models.engine import Engine, Fitted, Prediction
from modelyard.models.metrics.scored import scored_rows
from modelyard.models.target import positions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MAX_ROWS = 2000
MAX_FEATURES = 1000
MAX_SECONDS = 15.0
"""Shuffling stops improving its average after this; every feature is shuffled at least once."""


class Importance(BaseModel):
    """How much one column matters."""

    model_config = ConfigDict(frozen=True)

    column: str
    value: float


def native_importance(engine: Engine, fitted: Fitted) -> list[Importance] | None:
    """Return the engine's own importance, largest first, or None when it has none."""
    found = engine.importance(fitted)
    return ranked(found) if found is not None else None


def ranked(values: dict[str, float]) -> list[Importance]:
    """Return the values, largest first."""
    items = (Importance(column=name, value=value) for name, value in values.items())
    return sorted(items, key=lambda item: (-item.value, item.column))


def permutation_importance(
    engine: Engine, fitted: Fitted, table: Table, *, seed: int, max_rows: int = MAX_ROWS, n_repeats: int = 3
) -> list[Importance]:
    """Return by how much the loss (log loss, or RMSE) grows when a feature's values are shuffled, largest first.

    `table` holds rows the engine has not learned from; a sample of `max_rows` of them is used. Returns nothing when no
    row has a usable target or the features are too many to shuffle one by one.
    """
    import numpy as np
    import polars as pl

    frame, actual = _sample(fitted, table, seed, max_rows)
    if frame.height < 2 or len(fitted.features) > MAX_FEATURES:
        return []
    started = time.monotonic()
    loss = _loss(engine.predict(fitted, frame), actual)
    generator = np.random.default_rng(seed)
    growth: dict[str, list[float]] = {name: [] for name in fitted.features}
    for _ in range(n_repeats):
        order = pl.Series(generator.permutation(frame.height))
        for name in fitted.features:
            shuffled = frame.with_columns(frame.get_column(name).gather(order))
            growth[name].append(_loss(engine.predict(fitted, shuffled), actual) - loss)
        if time.monotonic() - started > MAX_SECONDS:
            break
    return ranked({name: float(np.mean(values)) for name, values in growth.items()})


def _sample(fitted: Fitted, table: Table, seed: int, max_rows: int) -> "tuple[pl.DataFrame, np.ndarray[Any, Any]]":
    import numpy as np
    import polars as pl

    target = table.target()
    usable = scored_rows(target, task=fitted.task)
    if fitted.classes is not None:
        codes = positions(target, fitted.classes)
        usable &= codes >= 0
    rows = np.flatnonzero(usable)
    if len(rows) > max_rows:
        rows = np.sort(np.random.default_rng(seed).choice(rows, max_rows, replace=False))
    actual = codes[rows] if fitted.classes is not None else target.gather(pl.Series(rows)).cast(pl.Float64).to_numpy()
    return table.frame.select(fitted.features)[rows], actual


def _loss(prediction: Prediction, actual: "np.ndarray[Any, Any]") -> float:
    import numpy as np

    if prediction.probabilities is None:
        return float(np.sqrt(np.mean((prediction.values - actual) ** 2)))
    chosen = prediction.probabilities[np.arange(len(actual)), actual]
    return float(-np.log(np.clip(chosen, 1e-15, 1)).mean())
