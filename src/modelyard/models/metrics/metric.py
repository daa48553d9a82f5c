"""One number about predictions, and how it is computed: a rule with its value and its interval."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.data.frames import SplitName
from modelyard.kernel.intervals.interval import Interval, NoInterval


class Metric(BaseModel):
    """One number about predictions, with its 95 % interval.

    `baseline` is what always predicting the majority class or the mean would get, `boosting` what default histogram
    gradient boosting fitted on the same training rows gets on the same rows.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    value: float | None
    split: SplitName | Literal["folds"]
    """The rows that were scored; `folds`: the mean over the folds of a cross-validation."""
    n: int
    higher_is_better: bool
    unavailable: str | None = None
    interval: tuple[float, float] | None = None
    interval_unavailable: str | None = None
    baseline: float | None = None
    boosting: float | None = None


class Unavailable(Exception):
    """A metric that cannot be computed; the message says why."""


@dataclass(frozen=True)
class Rule:
    """How a metric is computed from scored rows (`Classified`, `Measured` or `Clustered`)."""

    name: str
    label: str
    higher_is_better: bool
    value: Callable[[Any], float]
    interval: Callable[[Any], Interval]


def measure(
    rule: Rule,
    scored: Any,
    *,
    split: SplitName,
    n: int,
    baseline: Any = None,
    boosting: Any = None,
    with_interval: bool = True,
) -> Metric:
    """Return the metric of `scored`, beside its value on the same rows as the two baselines predict them."""
    value, why = value_of(rule, scored, n=n, split=split)
    interval, why_no_interval = _interval(rule, scored) if value is not None and with_interval else (None, None)
    return Metric(
        name=rule.name,
        label=rule.label,
        value=value,
        split=split,
        n=n,
        higher_is_better=rule.higher_is_better,
        unavailable=why,
        interval=interval,
        interval_unavailable=why_no_interval,
        baseline=_beside(rule, baseline, value, n, split),
        boosting=_beside(rule, boosting, value, n, split),
    )


def value_of(rule: Rule, scored: Any, *, n: int, split: SplitName) -> tuple[float | None, str | None]:
    """Return the value, or None and why there is none."""
    if n == 0:
        return None, f"There are no {split} rows with a target."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what scikit-learn warns of is said in `unavailable`, or known
            value = float(rule.value(scored))
    except Unavailable as reason:
        return None, str(reason)
    return (value, None) if math.isfinite(value) else (None, "It is not a finite number on these rows.")


def _interval(rule: Rule, scored: Any) -> tuple[Interval | None, str | None]:
    try:
        low, high = rule.interval(scored)
    except NoInterval as reason:
        return None, str(reason)
    if not (math.isfinite(low) and math.isfinite(high)):
        return None, "It is not finite on these rows."
    return (low, high), None


def _beside(rule: Rule, other: Any, value: float | None, n: int, split: SplitName) -> float | None:
    return value_of(rule, other, n=n, split=split)[0] if other is not None and value is not None else None
