"""Bins that training values and new ones are counted in: as few and as even as the number of new rows allows."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from modelyard.predictions.drift.measures import LEAST_EXPECTED

MOST_BINS = 10
MOST_VALUES = 20
"""Values of a category that are told apart; the others are one."""
OTHERS = "…"
NEARLY = 0.95
"""Of its share, that fills a bin: the next point would make it a tenth too large rather than a little too small."""


@dataclass(frozen=True)
class Bins:
    """Counts of the same bins in training and in new rows; `edges` are the upper ends of all but the last bin."""

    names: list[str]
    training: list[int]
    recent: list[int]
    edges: list[float] | None = None

    def told(self, counts: Sequence[int]) -> dict[str, Any]:
        """Return one side as a chart takes it: bins and their shares."""
        total = sum(counts)
        shares = [count / total if total else 0.0 for count in counts]
        return {"n": total, "bins": self.names, "edges": self.edges, "shares": shares}


def bins_of_numbers(distribution: Mapping[str, Any], recent: Sequence[float]) -> Bins:
    """Return bins with about equal shares of training; a column of one value has below, at, above."""
    points, counts = distribution["points"], distribution["counts"]
    if not points:
        return Bins([], [], [])
    if len(points) == 1:
        sides = Counter((value > points[0]) - (value < points[0]) for value in recent)
        name = _short(points[0])
        return Bins([f"< {name}", name, f"> {name}"], [0, counts[0], 0], [sides[-1], sides[0], sides[1]], None)
    total = sum(counts)
    enough = NEARLY * total / _n_bins(len(recent))
    edges, training, reached = [], [], 0
    for point, count in zip(points, counts, strict=True):
        reached += count
        if reached >= enough and point != points[-1]:
            edges.append(point)
            training.append(reached)
            reached = 0
    if len(edges) > 1 and len(recent) * reached / total < LEAST_EXPECTED:  # too little is left for a bin of its own
        edges.pop()
        training[-1] += reached
    else:
        training.append(reached)
    found = Counter(bisect_left(edges, value) for value in recent)
    return Bins(_names(edges), training, [found[place] for place in range(len(edges) + 1)], edges)


def bins_of_categories(distribution: Mapping[str, Any], recent: Mapping[str, int]) -> Bins:
    """Return a bin for each frequent value of training, and one for all others."""
    n, n_recent = distribution["n"], sum(recent.values())
    listed = [
        (value, count)
        for value, count in distribution["values"][:MOST_VALUES]
        if n and min(n_recent * count / n, count) >= LEAST_EXPECTED
    ]
    # With few rows at least the most frequent value is told apart.
    listed = listed or [tuple(item) for item in distribution["values"][:1]]
    names = [value for value, _count in listed]
    training = [count for _value, count in listed]
    counted = [recent.get(value, 0) for value in names]
    others, n_others = n - sum(training), n_recent - sum(counted)
    if others or n_others:
        return Bins([*names, OTHERS], [*training, others], [*counted, n_others])
    return Bins(names, training, counted)


def _n_bins(n_recent: int) -> int:
    return min(max(int(n_recent / LEAST_EXPECTED), 2), MOST_BINS)


def _names(edges: Sequence[float]) -> list[str]:
    if not edges:
        return ["all"]
    between = [f"{_short(low)} to {_short(high)}" for low, high in pairwise(edges)]
    return [f"up to {_short(edges[0])}", *between, f"over {_short(edges[-1])}"]


def _short(value: float) -> str:
    return f"{value:.6g}"
