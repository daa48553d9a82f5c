"""How likely chance alone is, where that has a closed form, and what is left of it after many looks."""

import math
from collections.abc import Sequence


def mcnemar(n_only_first: int, n_only_second: int) -> float:
    """Return the exact two-sided p-value of so uneven a share of the discordant pairs; 1 where there are none.

    McNemar (1947), Psychometrika 12: among pairs of which one alone is right, each of the two is as likely to be it.
    """
    n, least = n_only_first + n_only_second, min(n_only_first, n_only_second)
    if n == 0 or n_only_first == n_only_second:
        return 1.0
    of_all, log_half = math.lgamma(n + 1), n * math.log(2)
    tail = (math.exp(of_all - math.lgamma(k + 1) - math.lgamma(n - k + 1) - log_half) for k in range(least + 1))
    return min(1.0, 2 * math.fsum(tail))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values for looking at all of them: Holm (1979), Scand. J. Stat. 6. None stays None."""
    ordered = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    found: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(ordered):
        highest = max(highest, min(1.0, p * (len(ordered) - rank)))
        found[place] = highest
    return found
