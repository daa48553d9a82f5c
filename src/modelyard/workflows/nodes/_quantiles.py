"""A column's values as their place among the training values: uniform, or as a normal distribution has it."""

from typing import TYPE_CHECKING, Any, Literal

from modelyard.workflows.nodes._moments import percentiles

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

BOUND = 1e-7
"""QuantileTransformer's: how near to 0 and 1 a place may come before the normal distribution would be infinite."""


def learned_quantiles(values: "Numbers", n_quantiles: int, n_rows: int) -> list[float]:
    """Return the training quantiles at evenly spread places, at most as many as there are rows."""
    import numpy as np

    if values.size == 0:
        return []
    return percentiles(values, np.linspace(0, 1, max(1, min(n_quantiles, n_rows))) * 100)


def places_among(values: "Numbers", quantiles: list[float], output: Literal["uniform", "normal"]) -> "Numbers":
    """Return each value's place, interpolated from both sides as QuantileTransformer does; missing stays missing."""
    import numpy as np
    from scipy.special import ndtri

    if not quantiles:
        return values
    known = np.array(quantiles)
    steps = np.linspace(0, 1, len(known))
    made = 0.5 * (np.interp(values, known, steps) - np.interp(-values, -known[::-1], -steps[::-1]))
    margin = BOUND if output == "normal" else 0.0
    made = np.where(values + margin > known[-1] if margin else values == known[-1], 1.0, made)
    made = np.where(values - margin < known[0] if margin else values == known[0], 0.0, made)
    if output == "uniform":
        return made
    edges = ndtri(BOUND - np.spacing(1)), ndtri(1 - (BOUND - np.spacing(1)))
    clipped: Numbers = np.clip(ndtri(made), *edges)
    return clipped
