"""Rows that are set beside each other: batches, labels or periods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from modelyard.predictions.batches.tallies import Tally
from modelyard.predictions.comparing.statistics import Mean, Share, mean, shares

MAX_GROUPS = 40
"""Shown beside each other: the largest ones."""
MAX_ALL_PAIRS = 8
"""With more groups each is compared with the largest only: nobody reads a thousand tests."""
OTHERS = "all others"


@dataclass(frozen=True)
class Group:
    """Some rows with a name; `key` is theirs in an address."""

    key: str
    title: str
    tally: Tally

    @cached_property
    def mean(self) -> Mean | None:
        """Mean of predicted numbers with its interval."""
        return mean(self.tally)

    def shares(self, classes: Sequence[str]) -> dict[str, Share]:
        """Shares of the classes with their intervals."""
        return shares(self.tally, classes)


def largest(groups: Iterable[Group]) -> list[Group]:
    """Return the largest groups, in their order."""
    known = list(groups)
    kept = sorted(known, key=lambda group: -group.tally.n)[:MAX_GROUPS]
    return [group for group in known if any(group is each for each in kept)]


def pairs(groups: Sequence[Group], *, in_time: bool) -> list[tuple[int, int]]:
    """Return which groups are tested against each other: neighbours in time; else all, or each with the largest."""
    n = len(groups)
    if in_time:
        return [(place, place + 1) for place in range(n - 1)]
    if n <= MAX_ALL_PAIRS:
        return [(a, b) for a in range(n) for b in range(a + 1, n)]
    most = max(range(n), key=lambda place: groups[place].tally.n)
    return [(place, most) for place in range(n) if place != most]
