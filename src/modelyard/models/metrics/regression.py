"""Metrics of predicted numbers; values are scikit-learn's, intervals from the rows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelyard.kernel.intervals.interval import Interval, median_interval
from modelyard.kernel.intervals.means import OfMeans, interval_of_means, mean_of, plain_mean
from modelyard.models.metrics.metric import Rule, Unavailable
from modelyard.models.metrics.scored import Measured

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def regression_rules(scored: Measured) -> list[Rule]:
    """Return the metrics, the one that stands for the model first."""
    pinball = f"Pinball loss (quantile {scored.quantile:g})"
    return [
        Rule("r2", "R²", True, _r2, lambda rows: interval_of_means(r2_means(rows))),
        Rule("rmse", "RMSE", False, _error("root_mean_squared_error"), lambda r: interval_of_means(rmse_means(r))),
        Rule("mse", "MSE", False, _error("mean_squared_error"), _mean(lambda rows: rows.errors**2)),
        Rule("mae", "MAE", False, _error("mean_absolute_error"), _mean(lambda rows: abs(rows.errors))),
        Rule("median_ae", "Median absolute error", False, _error("median_absolute_error"), _median),
        Rule("mape", "MAPE", False, _mape, _mean(lambda rows: relative_errors(rows))),
        Rule("smape", "SMAPE", False, _smape, _mean(lambda rows: symmetric_errors(rows))),
        Rule("explained_variance", "Explained variance", True, _explained, lambda r: interval_of_means(explained(r))),
        Rule("pinball", pinball, False, _pinball, _mean(lambda rows: pinball_losses(rows))),
    ]


def mean_error() -> Rule:
    """Return actual minus predicted, on average: whether predictions lean to one side."""
    return Rule("mean_error", "Mean error (actual − predicted)", True, lambda rows: float(rows.errors.mean()), _bias)


def rmse_means(rows: Measured) -> OfMeans:
    """Return the root of the mean squared error."""
    import numpy as np

    squares = rows.errors**2
    root = float(np.sqrt(squares.mean()))
    return OfMeans(squares[:, None], lambda means: np.sqrt(mean_of(means)), (0.5 / root if root > 0 else 0.0,))


def r2_means(rows: Measured) -> OfMeans:
    """Return 1 − mean squared error / variance of the target."""
    import numpy as np

    centred = rows.actual - rows.actual.mean()
    columns = np.column_stack([rows.errors**2, centred, centred**2])
    error, _, spread = columns.mean(axis=0)
    return OfMeans(columns, _one_minus_ratio, (-1 / spread, 0.0, error / spread**2) if spread > 0 else (0.0, 0.0, 0.0))


def explained(rows: Measured) -> OfMeans:
    """Return 1 − variance of the errors / variance of the target."""
    import numpy as np

    lean, centred = rows.errors - rows.errors.mean(), rows.actual - rows.actual.mean()
    columns = np.column_stack([lean**2, centred, centred**2, lean])
    error, _, spread, _ = columns.mean(axis=0)
    gradient = (-1 / spread, 0.0, error / spread**2, 0.0) if spread > 0 else (0.0, 0.0, 0.0, 0.0)

    def value(means: "Array") -> "Array":
        without_lean = np.concatenate([means[..., :1] - means[..., 3:] ** 2, means[..., 1:3]], axis=-1)
        return _one_minus_ratio(without_lean)

    return OfMeans(columns, value, gradient)


def relative_errors(rows: Measured) -> "Array":
    """Return the absolute error over the actual value, shape (n_rows,); infinite where that is next to nothing."""
    import numpy as np

    with np.errstate(divide="ignore", over="ignore"):
        return abs(rows.errors / rows.actual)


def symmetric_errors(rows: Measured) -> "Array":
    """Return twice the absolute error over |actual| + |predicted|, 0 where both are 0; shape (n_rows,), 0 to 2."""
    import numpy as np

    size = abs(rows.actual) + abs(rows.predicted)
    found: Array = np.divide(2 * abs(rows.errors), size, out=np.zeros(rows.n), where=size > 0)
    return found


def pinball_losses(rows: Measured) -> "Array":
    """Return each row's loss for the quantile, shape (n_rows,)."""
    import numpy as np

    losses: Array = np.maximum(rows.quantile * rows.errors, (rows.quantile - 1) * rows.errors)
    return losses


def _one_minus_ratio(means: "Array") -> "Array":
    """Return 1 − m₀ / (m₂ − m₁²); not finite where the target does not vary."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = 1 - means[..., 0] / (means[..., 2] - means[..., 1] ** 2)
    return found


def _mean(of_row: Callable[[Measured], "Array"]) -> Callable[[Measured], Interval]:
    return lambda rows: interval_of_means(plain_mean(of_row(rows)))


def _median(rows: Measured) -> Interval:
    return median_interval(abs(rows.errors))


def _bias(rows: Measured) -> Interval:
    return interval_of_means(plain_mean(rows.errors))


def _r2(rows: Measured) -> float:
    from sklearn.metrics import r2_score

    _needs_spread(rows)
    return float(r2_score(rows.actual, rows.predicted))


def _explained(rows: Measured) -> float:
    from sklearn.metrics import explained_variance_score

    _needs_spread(rows)
    return float(explained_variance_score(rows.actual, rows.predicted))


def _needs_spread(rows: Measured) -> None:
    if rows.n < 2:
        raise Unavailable("It needs at least two rows.")
    if rows.actual.min() == rows.actual.max():
        raise Unavailable("The target is the same in all of these rows.")


def _mape(rows: Measured) -> float:
    from sklearn.metrics import mean_absolute_percentage_error

    n_zero = int((rows.actual == 0).sum())
    if n_zero:
        raise Unavailable(f"The target is 0 in {n_zero} rows, where a relative error has no meaning.")
    return float(mean_absolute_percentage_error(rows.actual, rows.predicted))


def _smape(rows: Measured) -> float:
    return float(symmetric_errors(rows).mean())


def _pinball(rows: Measured) -> float:
    from sklearn.metrics import mean_pinball_loss

    return float(mean_pinball_loss(rows.actual, rows.predicted, alpha=rows.quantile))


def _error(name: str) -> Callable[[Measured], float]:
    def compute(rows: Measured) -> float:
        import sklearn.metrics

        return float(getattr(sklearn.metrics, name)(rows.actual, rows.predicted))

    return compute
