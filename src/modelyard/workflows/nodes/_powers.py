"""Yeo-Johnson and Box-Cox: the power that makes a column look most like a normal distribution."""

import warnings
from typing import TYPE_CHECKING, Any, Literal

FLAT = 1e6
"""Mean over deviation of the raised values from which on rounding shows: such a power is not used."""

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

PowerName = Literal["yeo_johnson", "box_cox"]


def best_power(values: "Numbers", name: PowerName) -> float | None:
    """Return the power of largest likelihood, as PowerTransformer finds it; None where none tells values apart."""
    import numpy as np
    from sklearn.preprocessing import PowerTransformer

    if values.size == 0 or values.min() == values.max():
        return None
    transformer = PowerTransformer(method=name.replace("_", "-"), standardize=False)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what the search tried on its way
        try:
            power = float(transformer.fit(values.reshape(-1, 1)).lambdas_[0])
        except (ValueError, OverflowError):
            return None  # the search left the numbers that there are
    made = raised(values, power, name)
    with np.errstate(all="ignore"):
        mean, deviation = made.mean(), made.std()
    return power if np.isfinite(deviation) and abs(mean) < FLAT * deviation else None


def raised(values: "Numbers", power: float | None, name: PowerName) -> "Numbers":
    """Return the values transformed, or as they are without a power; not-a-number where the result is not finite."""
    import numpy as np
    from scipy.special import boxcox
    from scipy.stats import yeojohnson

    if power is None:
        return values
    with np.errstate(all="ignore"):
        is_box_cox = name == "box_cox"
        made = boxcox(np.where(values > 0, values, np.nan), power) if is_box_cox else yeojohnson(values, power)
    finite: Numbers = np.where(np.isfinite(made), made, np.nan)
    return finite
