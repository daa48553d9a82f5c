"""Figures over test questions with their 95 % intervals, and the difference of two measurements of the same ones.

Every figure is a sum over a sum: hits over questions, right citations over citations. A question adds to both, or it
does not belong to the figure, or it cannot be scored and says why; it is never counted as a zero.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modelyard.kernel.intervals.interval import NoInterval, quantile_interval, wilson
from modelyard.kernel.intervals.means import OfMeans, interval_of_means

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Part:
    """What one question adds to a figure: `top` of `bottom`."""

    top: float
    bottom: float = 1.0


@dataclass(frozen=True)
class NotScorable:
    """That a question belongs to a figure and cannot be scored."""

    why: str


Outcome = Part | NotScorable | None
"""None: the question does not belong to the figure."""


class Figure(BaseModel):
    """A figure over n questions; `value` is None where no question could be scored, never a guess."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    """Questions that were scored."""
    n_not_scorable: int = 0
    why_not: dict[str, int] = {}
    """Reasons, and how many questions have each."""
    told: str | None = None
    """Why there is no interval."""


class FigureChange(BaseModel):
    """The later figure minus the earlier one, over the questions that both measured."""

    model_config = ConfigDict(frozen=True)

    difference: float | None
    low: float | None = None
    high: float | None = None
    n: int
    told: str | None = None

    @property
    def is_sure(self) -> bool:
        """Whether its interval does not hold 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def figure(outcomes: Mapping[str, Outcome], *, is_share: bool = True) -> Figure:
    """Return the figure over questions by their id.

    Shares (0-1) have Wilson's interval where each question has all of it or nothing, in how many parts ever: it is the
    questions that were drawn. Everything else is bootstrapped, whole questions at a time.
    """
    parts = [each for each in outcomes.values() if isinstance(each, Part)]
    reasons = Counter(each.why for each in outcomes.values() if isinstance(each, NotScorable))
    known = {"n": len(parts), "n_not_scorable": reasons.total(), "why_not": dict(reasons.most_common())}
    bottom = sum(part.bottom for part in parts)
    if not bottom:
        return Figure(value=None, **known)
    value = sum(part.top for part in parts) / bottom
    try:
        low, high = _interval(parts, is_share=is_share)
    except NoInterval as reason:
        return Figure(value=value, told=str(reason), **known)
    return Figure(value=value, low=low, high=high, **known)


def _interval(parts: list[Part], *, is_share: bool) -> tuple[float, float]:
    import numpy as np

    n, n_full = len(parts), sum(part.top == part.bottom for part in parts)
    is_single = all(part.bottom == 1 and part.top in (0, 1) for part in parts)
    if is_share and (is_single or n_full == n or not any(part.top for part in parts)):
        return wilson(n_full, n)
    rows = np.array([(part.top, part.bottom) for part in parts], dtype=float)
    top, bottom = rows.mean(axis=0)
    return interval_of_means(OfMeans(rows, _ratio, (1 / bottom, -top / bottom**2)))


def quantile_figure(values: Mapping[str, float], fraction: float) -> Figure:
    """Return a quantile of one value per question, with the interval between two order statistics."""
    import numpy as np

    if not values:
        return Figure(value=None, n=0)
    ordered = np.array(list(values.values()), dtype=float)
    value = float(np.quantile(ordered, fraction))
    try:
        low, high = quantile_interval(ordered, fraction)
    except NoInterval as reason:
        return Figure(value=value, n=len(ordered), told=str(reason))
    return Figure(value=value, low=low, high=high, n=len(ordered))


def change(later: Mapping[str, Outcome], earlier: Mapping[str, Outcome]) -> FigureChange:
    """Return how a figure changed on the questions that both have; a question that either cannot score is left out.

    Bootstrap of whole questions, so that what is hard for both cancels out.
    """
    import numpy as np

    pairs = [(later[id_], earlier[id_]) for id_ in later if id_ in earlier]
    kept = [(_sums(a), _sums(b)) for a, b in pairs if not isinstance(a, NotScorable) and not isinstance(b, NotScorable)]
    rows = np.array([(*a, *b) for a, b in kept if a[1] or b[1]], dtype=float).reshape(-1, 4)
    n = len(rows)
    if not n or not rows[:, 1].any() or not rows[:, 3].any():
        return FigureChange(difference=None, n=n, told="No question was scored both times.")
    if (rows[:, :2] == rows[:, 2:]).all():
        return FigureChange(difference=0.0, n=n, told="Every question was scored as before.")
    a, b, c, d = rows.mean(axis=0)
    both = OfMeans(rows, _difference, (1 / b, -a / b**2, -1 / d, c / d**2))
    try:
        low, high = interval_of_means(both)
    except NoInterval as reason:
        return FigureChange(difference=float(a / b - c / d), n=n, told=str(reason))
    return FigureChange(difference=float(a / b - c / d), low=low, high=high, n=n)


def _sums(outcome: Part | None) -> tuple[float, float]:
    return (outcome.top, outcome.bottom) if outcome is not None else (0.0, 0.0)


def _ratio(means: "Array") -> "Array":
    """Return the first mean over the second; not a number where a resample has none of the second."""
    import numpy as np

    top, bottom = means[..., 0], means[..., 1]
    shares: Array = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom != 0)
    return shares


def _difference(means: "Array") -> "Array":
    gaps: Array = _ratio(means[..., :2]) - _ratio(means[..., 2:])
    return gaps
