"""Is what was predicted different between groups of rows? Tests of shares and means, and their intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.chance import holm
from modelyard.kernel.intervals.interval import wilson
from modelyard.predictions.batches.tallies import Tally

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MIN_EXPECTED = 5.0
"""Below so many rows expected in a cell the chi-square distribution is only roughly right: tables are drawn instead."""
N_TABLES = 9999
SURE = 0.05


@dataclass(frozen=True)
class Share:
    """The share of a class with its 95 % interval (Wilson)."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval (Student's t)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """Whether two groups differ; `p_value` is corrected for all pairs that were looked at (Holm)."""

    a: str
    b: str
    statistic: float | None
    p_value: float | None
    told: str


def shares(tally: Tally, classes: Sequence[str]) -> dict[str, Share]:
    """Return the share of each class; none without rows."""
    if not tally.n:
        return {}
    return {name: Share(n / tally.n, *wilson(n, tally.n)) for name in classes for n in [tally.classes.get(name, 0)]}


def mean(tally: Tally) -> Mean | None:
    """Return the mean of predicted numbers; None when classes are predicted or one row says nothing of the spread."""
    from scipy.stats import t

    if tally.mean is None or tally.deviation is None:
        return None
    half = float(t.ppf(0.975, tally.n - 1)) * tally.deviation / math.sqrt(tally.n)
    return Mean(tally.mean, tally.mean - half, tally.mean + half)


def compared(groups: Sequence[tuple[str, str, Tally]], pairs: Sequence[tuple[int, int]]) -> list[Difference]:
    """Return a test for each pair of groups (key, title, rows), the p-values corrected by Holm (1979)."""
    raw = [_difference(groups[a][2], groups[b][2]) for a, b in pairs]
    corrected = holm([p for _, p, _ in raw])
    return [
        Difference(groups[a][0], groups[b][0], statistic, p, _told(groups[a][1], groups[b][1], p, how))
        for (a, b), (statistic, _, how), p in zip(pairs, raw, corrected, strict=True)
    ]


def _difference(a: Tally, b: Tally) -> tuple[float | None, float | None, str]:
    """Return the statistic, the p-value and how it was found; no p-value with the reason why there is none."""
    if not a.n or not b.n:
        return None, None, "one of them has no predicted rows"
    return _of_shares(a, b) if a.classes or b.classes else _of_means(a, b)


def _of_means(a: Tally, b: Tally) -> tuple[float | None, float | None, str]:
    from scipy.stats import ttest_ind_from_stats

    if a.mean is None or b.mean is None or a.deviation is None or b.deviation is None:
        return None, None, "a mean of one row has no spread to compare with"
    if a.deviation == b.deviation == 0:
        return None, None, "all predictions in each are the same"
    found = ttest_ind_from_stats(a.mean, a.deviation, a.n, b.mean, b.deviation, b.n, equal_var=False)
    return float(found.statistic), float(found.pvalue), "Welch's t-test"


def _of_shares(a: Tally, b: Tally) -> tuple[float | None, float | None, str]:
    import numpy as np
    from scipy.stats import chi2

    names = sorted({*a.classes, *b.classes})
    table = np.array([[tally.classes.get(name, 0) for name in names] for tally in (a, b)], dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return None, None, "all rows of both are of one class"
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    if expected.min() >= MIN_EXPECTED:
        return statistic, float(chi2.sf(statistic, table.shape[1] - 1)), "chi-square test"
    return statistic, _drawn_p_value(table, expected, statistic), f"chi-square, {N_TABLES:,} tables drawn"


def _drawn_p_value(table: "Array", expected: "Array", statistic: float) -> float:
    """Return how often tables with the same margins, drawn at random, are as unequal (Patefield 1981)."""
    from scipy.stats import random_table

    drawn = random_table(table.sum(axis=1), table.sum(axis=0)).rvs(N_TABLES, random_state=0)
    statistics = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    return (1 + int((statistics >= statistic * (1 - 1e-9)).sum())) / (N_TABLES + 1)


def _told(a: str, b: str, p: float | None, how: str) -> str:
    if p is None:
        return f"{a} and {b} cannot be compared: {how}."
    said = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    verdict = "differ" if p < SURE else "do not differ clearly"
    return f"{a} and {b} {verdict} ({how}, {said})."
