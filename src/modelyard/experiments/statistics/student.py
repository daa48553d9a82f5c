"""Quantiles of Student's t distribution, without a library that the server would have to load."""

import math
from functools import lru_cache
from statistics import NormalDist

_MANY = 200
"""From so many degrees of freedom on the expansion around the normal quantile errs less than 1e-9."""


@lru_cache(maxsize=256)
def t_quantile(fraction: float, df: int) -> float:
    """Return the value that a share `fraction` (0.5 to 1) of the distribution with `df` degrees of freedom is below.

    Up to 200 degrees of freedom by bisection of the exact distribution, above by its expansion (Abramowitz and Stegun
    1964, 26.7.3, 26.7.4 and 26.7.5).
    """
    if df < 1 or not 0.5 <= fraction < 1:
        raise ValueError(f"There is no quantile {fraction!r} with {df!r} degrees of freedom.")
    if df >= _MANY:
        return _expanded(NormalDist().inv_cdf(fraction), df)
    low, high = 0.0, 2.0
    while _below(high, df) < fraction:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, df) < fraction else (low, middle)
    return (low + high) / 2


def _below(t: float, df: int) -> float:
    """Return the share of the distribution below t ≥ 0."""
    angle = math.atan2(t, math.sqrt(df))
    cosine = math.cos(angle)
    terms, factor = 0.0, 1.0
    if df % 2:
        factor = cosine
        for step in range(1, (df - 1) // 2 + 1):
            terms += factor
            factor *= cosine * cosine * 2 * step / (2 * step + 1)
        return 0.5 + (angle + math.sin(angle) * terms) / math.pi
    for step in range(1, df // 2 + 1):
        terms += factor
        factor *= cosine * cosine * (2 * step - 1) / (2 * step)
    return 0.5 + math.sin(angle) * terms / 2


def _expanded(z: float, df: int) -> float:
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / df + second / df**2 + third / df**3 + fourth / df**4
