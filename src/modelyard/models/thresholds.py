"""What each threshold of "not sure" costs, on the rows that a model was scored on."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from modelyard.data.frames import SplitName
from modelyard.kernel.context import Context
from modelyard.kernel.intervals.interval import wilson
from modelyard.models.comparing.verbs import kept_predictions
from modelyard.models.verbs import get_model

if TYPE_CHECKING:
    from modelyard.models.comparing.kept import Kept

FIRST, LAST = 50, 99
"""Percent. Below FIRST only where some prediction is less probable: with many classes, or by a tuned choice."""
OF_NUMBERS = "Numbers come without a probability, so there is no threshold for them."
NO_PROBABILITIES = "This model gives no probabilities: train it with an engine that does."


@dataclass(frozen=True)
class Threshold:
    """Of the rows whose prediction is at least so probable: how many, their share, and how many of them are right.

    The accuracy and its 95 % interval are None where no row is left.
    """

    threshold: float
    n: int
    share: float
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Thresholds:
    """All thresholds, ascending, over n rows of a split; `unavailable` says why there are none."""

    n: int
    split: SplitName | None
    thresholds: Sequence[Threshold]
    unavailable: str | None = None


def thresholds_of(ctx: Context, model_id: str) -> Thresholds:
    """Return what each threshold costs on the rows that were kept from training; raise NotFound."""
    ctx.require("models:read")
    model = get_model(ctx, model_id)
    if model.task == "regression":
        return Thresholds(0, None, (), OF_NUMBERS)
    kept = kept_predictions(ctx, model)
    if isinstance(kept, str):
        return Thresholds(0, None, (), kept)
    if kept.prediction.probabilities is None or not kept.prediction.classes or not kept.n:
        return Thresholds(0, None, (), NO_PROBABILITIES)
    return Thresholds(kept.n, kept.split, _measured(kept))


def _measured(kept: "Kept") -> list[Threshold]:
    import numpy as np

    from modelyard.models.target import as_text

    prediction = kept.prediction
    assert prediction.probabilities is not None
    assert prediction.classes is not None
    places = {name: place for place, name in enumerate(prediction.classes)}
    chosen = np.array([places[name] for name in prediction.values.tolist()])
    confidence = prediction.probabilities[np.arange(kept.n), chosen]
    is_right = prediction.values == as_text(kept.target).to_numpy()
    first = max(0, min(FIRST, floor(float(confidence.min()) * 100)))
    found = []
    for percent in range(first, LAST + 1):
        is_answered = confidence >= percent / 100
        found.append(_threshold(percent / 100, int(is_answered.sum()), int(is_right[is_answered].sum()), kept.n))
    return found


def _threshold(threshold: float, n: int, n_right: int, n_all: int) -> Threshold:
    if n == 0:
        return Threshold(threshold, 0, 0.0, None, None, None)
    low, high = wilson(n_right, n)
    return Threshold(threshold, n, n / n_all, n_right / n, low, high)
