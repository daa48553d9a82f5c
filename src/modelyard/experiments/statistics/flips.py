"""How likely so large a mean difference is when each difference could as well have the other sign."""

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

N_FLIPS = 9999
EXACT_UP_TO = 13
"""So many differences that are not 0 have fewer ways to be signed than N_FLIPS: all of them are counted."""
MOST_FLIPPED = 5000
"""Above so many differences the normal distribution of their sum errs less than the noise of the drawn one."""
_CHUNK_CELLS = 4_000_000


def flip_p_value(differences: "Array", *, seed: int = 0) -> float:
    """Return the two-sided p-value of the sum of `differences`, shape (n,): one a sample, or one sum a group.

    Fisher (1935), The Design of Experiments, section 21: under the null hypothesis the two answers to a sample change
    places freely. Drawn p-values count the observed signs too (Phipson and Smyth 2010), so they are never 0.
    """
    import numpy as np

    apart = differences[differences != 0]
    if not len(apart):
        return 1.0
    observed = abs(float(apart.sum())) - 1e-9 * float(abs(apart).sum())
    if len(apart) <= EXACT_UP_TO:
        signs = 1 - 2 * ((np.arange(2 ** len(apart))[:, None] >> np.arange(len(apart))) & 1)
        return float((abs(signs @ apart) >= observed).mean())
    if len(apart) > MOST_FLIPPED:
        return 2 * NormalDist().cdf(-abs(float(apart.sum())) / math.sqrt(float(apart @ apart)))
    generator = np.random.default_rng(seed)
    at_a_time = max(1, _CHUNK_CELLS // len(apart))
    total, n_as_large = float(apart.sum()), 0
    for start in range(0, N_FLIPS, at_a_time):
        n_rows = min(at_a_time, N_FLIPS - start)
        bits = np.unpackbits(generator.integers(0, 256, (n_rows, math.ceil(len(apart) / 8)), dtype=np.uint8), axis=1)
        flipped = bits[:, : len(apart)].astype(np.float32) @ apart.astype(np.float32)
        n_as_large += int((abs(total - 2 * flipped.astype(np.float64)) >= observed).sum())
    return (1 + n_as_large) / (N_FLIPS + 1)
