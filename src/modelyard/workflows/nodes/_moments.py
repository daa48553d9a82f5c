"""Mean, deviation and reach of a column's values, for numbers of any size."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

HUGE = 1e300
"""From here on the distance of two numbers may be no number any more."""


def mean_and_deviation(values: "Numbers") -> tuple[float, float]:
    """Return mean and population deviation, also of numbers whose squares are too large to be held."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = values.mean(), values.std()
    if np.isfinite(mean) and np.isfinite(deviation):
        return float(mean), float(deviation)
    largest = np.abs(values).max()
    return held(float((values / largest).mean()) * largest), held(float((values / largest).std()) * largest)


def percentiles(values: "Numbers", places: "Sequence[float] | Numbers") -> list[float]:
    """Return the values at these places from 0 to 100, interpolated; the distance of two values may be too large."""
    import numpy as np

    largest = np.abs(values).max()
    scale = largest if largest > HUGE else 1.0
    found: list[float] = (np.percentile(values / scale, places) * scale).tolist()
    return found


def is_constant(mean: float, deviation: float, n_values: int) -> bool:
    """Whether values are equal but for rounding.

    The bound is scikit-learn's (`_is_constant_feature`, after Chan, Golub and LeVeque 1983).
    """
    import numpy as np

    epsilon = float(np.finfo(np.float64).eps)
    with np.errstate(over="ignore"):
        variance, rounding = np.float64(deviation) ** 2, np.float64(n_values * mean * epsilon) ** 2
        return bool(np.isfinite(variance) and variance <= n_values * epsilon * variance + rounding)


def held(number: float) -> float:
    """Return the number, or the largest that can be written down in its place when it is infinite."""
    import numpy as np

    largest = float(np.finfo(np.float64).max)
    return float(np.clip(number, -largest, largest))
