"""How much each column matters: the engine's own measure, and the loss that shuffling the column costs."""

import time
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.kernel.intervals.interval import NoInterval
from modelyard.kernel.intervals.means import OfMeans, interval_of_means, mean_of, plain_mean
from modelyard.models.engine import Engine, Fitted, Prediction
from modelyard.models.probing import Probe

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_ROWS = 2000
MAX_COLUMNS = 1000
MAX_SECONDS = 6.0
"""Shuffling stops improving its average after this; every column is shuffled at least once, or none is."""
N_REPEATS = 3


class Importance(BaseModel):
    """How much one column matters.

    `native`: the engine's own measure on the features it was given, in shares of 1. `permutation`: by how much the loss
    grows when the column is shuffled, with its 95 % interval over the rows.
    """

    model_config = ConfigDict(frozen=True)

    column: str
    value: float
    kind: Literal["native", "permutation"] = "native"
    interval: tuple[float, float] | None = None


def native_importance(engine: Engine, fitted: Fitted) -> list[Importance] | None:
    """Return the engine's own importance, largest first, or None when it has none."""
    found = engine.importance(fitted)
    if found is None:
        return None
    return _ranked([Importance(column=name, value=value) for name, value in found.items()])


def permutation_importance(
    probe: Probe, *, seed: int, n_repeats: int = N_REPEATS, max_seconds: float = MAX_SECONDS
) -> list[Importance]:
    """Return by how much the loss (log loss, or RMSE) grows when a column's values are shuffled, largest first.

    `probe` holds rows the engine has not learned from (Breiman 2001; Fisher, Rudin and Dominici 2019). Returns nothing
    when there is no target, the columns are too many to shuffle one by one, or one round would take too long.
    """
    import numpy as np
    import polars as pl

    if probe.actual is None or probe.frame.height < 2 or len(probe.columns) > MAX_COLUMNS:
        return []
    started = time.monotonic()
    base = row_losses(probe.predict(probe.frame), probe.actual)
    if (time.monotonic() - started) * len(probe.columns) > max_seconds:
        return []
    generator = np.random.default_rng(seed)
    shuffled = {column.name: np.zeros(len(base)) for column in probe.columns}
    n_done = 0
    while n_done < n_repeats:
        order = pl.Series(generator.permutation(probe.frame.height))
        for name, losses in shuffled.items():
            frame = probe.frame.with_columns(probe.frame.get_column(name).gather(order))
            losses += row_losses(probe.predict(frame), probe.actual)
        n_done += 1
        if time.monotonic() - started > max_seconds:
            break
    is_class = probe.predict(probe.frame.head(1)).probabilities is not None
    return _ranked([_growth(name, losses / n_done, base, is_class) for name, losses in shuffled.items()])


def row_losses(prediction: Prediction, actual: "Array") -> "Array":
    """Return −log of the probability of the class, or the squared error, of each row; shape (n_rows,)."""
    import numpy as np

    if prediction.probabilities is None:
        squares: Array = (prediction.values - actual) ** 2
        return squares
    chosen = prediction.probabilities[np.arange(len(actual)), actual]
    losses: Array = -np.log(np.clip(chosen, 1e-15, 1))
    return losses


def _growth(name: str, shuffled: "Array", base: "Array", is_class: bool) -> Importance:
    figure = plain_mean(shuffled - base) if is_class else _growth_of_root(shuffled, base)
    try:
        interval = interval_of_means(figure)
    except NoInterval:
        interval = None
    value = float(figure.value(figure.rows.mean(axis=0)))
    return Importance(column=name, value=value, kind="permutation", interval=interval)


def _growth_of_root(shuffled: "Array", base: "Array") -> OfMeans:
    import numpy as np

    rows = np.column_stack([shuffled, base])
    roots = np.sqrt(rows.mean(axis=0))
    gradient = tuple(float(sign / (2 * root)) if root > 0 else 0.0 for sign, root in zip((1, -1), roots, strict=True))
    return OfMeans(rows, lambda means: np.sqrt(mean_of(means)) - np.sqrt(means[..., 1]), gradient)


def _ranked(items: list[Importance]) -> list[Importance]:
    return sorted(items, key=lambda item: (-item.value, item.column))
