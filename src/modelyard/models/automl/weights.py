"""Greedy weights of an ensemble (Caruana, Niculescu-Mizil, Crew, Ksikes: Ensemble selection, ICML 2004)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelyard.models.objective import MetricName, loss

if TYPE_CHECKING:
    import numpy as np

N_STEPS = 40
"""Additions tried; weights are multiples of one over the number that was best."""
MAX_ROWS = 20_000
"""Rows that weights are chosen on; more make the choice slower, not better."""
LEAST_GAIN = 1e-4
"""An addition must lower the loss by this share of it: less is noise, and costs time in every prediction."""


def greedy_weights(
    predictions: "Sequence[np.ndarray[Any, Any]]", actual: "np.ndarray[Any, Any]", metric: MetricName, *, seed: int = 0
) -> list[float]:
    """Return a weight per member, summing to 1, with which the weighted mean predicts these rows best.

    Starts from the best member and adds, with replacement, whichever member helps most; never worse than the best
    member on the rows it looks at. `predictions`: one array per member, of the same shape.
    """
    import numpy as np

    rows = np.arange(len(actual))
    if len(rows) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MAX_ROWS, replace=False))
    members, wanted = [member[rows] for member in predictions], actual[rows]
    alone = [loss(metric, wanted, member) for member in members]
    first = int(np.argmin(alone))
    counts = np.zeros(len(members))
    counts[first] = 1
    total, best, chosen = members[first].astype(float), alone[first], counts.copy()
    for size in range(2, N_STEPS + 1):
        losses = [loss(metric, wanted, (total + member) / size) for member in members]
        place = int(np.argmin(losses))
        total = total + members[place]
        counts[place] += 1
        if losses[place] < best * (1 - LEAST_GAIN):
            best, chosen = losses[place], counts.copy()
        elif size > 2 * chosen.sum() + 5:
            break
    return [float(count) for count in chosen / chosen.sum()]
