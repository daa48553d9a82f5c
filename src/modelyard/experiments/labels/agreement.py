"""How far two say the same of answers: a scorer and people, or two people."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import correlation

from modelyard.experiments.statistics.pairs import RIGHT
from modelyard.kernel.intervals.interval import Interval, Z, wilson

FEWEST = 10
"""Labels that say anything about agreement."""


@dataclass(frozen=True)
class Agreement:
    """The verdicts of two on the same answers, as right (from 0.5 on) or wrong.

    `kappa` is the agreement beyond what equally generous strangers would have (Cohen 1960, Educ. Psychol. Meas. 20);
    None where all say the same of every answer. `spearman` is the correlation of ranks, where either of them says more
    than right and wrong.
    """

    n: int
    n_both_right: int
    n_only_first: int
    """Answers that the first has right and the second wrong."""
    n_only_second: int
    n_both_wrong: int
    agreement: float | None = None
    agreement_interval: Interval | None = None
    kappa: float | None = None
    kappa_interval: Interval | None = None
    spearman: float | None = None
    spearman_interval: Interval | None = None
    why: str = ""
    """Why a figure is missing."""


def agreement_of(pairs: Sequence[tuple[float, float]], *, lacking: str = "that it scored") -> Agreement:
    """Return the agreement over answers, each with what the first and the second give it, from 0 to 1.

    `lacking` says which answers more labels are wanted of, where they are too few.
    """
    counts = Counter((score >= RIGHT, label >= RIGHT) for score, label in pairs)
    cells = (counts[True, True], counts[True, False], counts[False, True], counts[False, False])
    n = len(pairs)
    if n < FEWEST:
        more = FEWEST - n
        return Agreement(n, *cells, why=f"Too few: label {more} more answer{'s' if more > 1 else ''} {lacking}.")
    same = cells[0] + cells[3]
    kappa, interval = _kappa(cells, n)
    why = "" if kappa is not None else "Every answer got the same verdict from both: there is no agreement to measure."
    return Agreement(n, *cells, same / n, wilson(same, n), kappa, interval, *_spearman(pairs), why)


def _kappa(cells: Sequence[int], n: int) -> tuple[float | None, Interval | None]:
    """Return kappa with the interval of its large-sample error (Fleiss, Cohen and Everitt 1969, Psychol. Bull. 72)."""
    p = [[cells[0] / n, cells[1] / n], [cells[2] / n, cells[3] / n]]
    rows, columns = [sum(row) for row in p], [p[0][i] + p[1][i] for i in (0, 1)]
    seen, expected = p[0][0] + p[1][1], rows[0] * columns[0] + rows[1] * columns[1]
    if expected >= 1:
        return None, None
    kappa = (seen - expected) / (1 - expected)
    on = sum(p[i][i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in (0, 1))
    off = (1 - kappa) ** 2 * sum(p[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    variance = (on + off - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    half = Z * math.sqrt(max(variance, 0.0))
    return kappa, (max(-1.0, kappa - half), min(1.0, kappa + half)) if half > 0 else None


def _spearman(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, Interval | None]:
    """Return the correlation of ranks with its interval (Bonett and Wright 2000, Psychometrika 65).

    Nothing where both say only right or wrong, which kappa tells better, or where one says the same of all.
    """
    is_ordinal = any(value not in (0.0, 1.0) for pair in pairs for value in pair)
    first, second = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    if not is_ordinal or len(set(first)) < 2 or len(set(second)) < 2:
        return None, None
    rho = max(-1.0, min(1.0, correlation(first, second)))
    if abs(rho) == 1:
        return rho, None
    half = Z * math.sqrt((1 + rho**2 / 2) / (len(pairs) - 3))
    return rho, (math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1; equal ones share the middle of theirs."""
    counts = Counter(values)
    middle, before = {}, 0
    for value in sorted(counts):
        middle[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return [middle[value] for value in values]
