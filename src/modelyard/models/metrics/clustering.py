"""Metrics of clusters: how tight they are and how far apart, without a target; values are scikit-learn's."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import SplitName
from modelyard.kernel.intervals.interval import Interval, NoInterval, Z, enough, mirrored, wilson
from modelyard.kernel.intervals.means import interval_of_means, plain_mean, row_counts
from modelyard.models.metrics.metric import Metric, Rule, Unavailable, measure

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

NOISE = "noise"
"""What DBSCAN calls rows in no cluster; they count in their share only."""
MAX_ROWS = 5000
"""Distances between all pairs of rows are needed: of more rows a sample is measured, and `n` says so."""
N_RESAMPLES = 100


@dataclass(frozen=True)
class Clustered:
    """Rows in clusters: `x` of shape (n_rows, n_features), `labels` places of clusters, shape (n_rows,).

    `n_noise` rows are in no cluster and not among them; `n_all` counts all rows, also those not sampled.
    """

    x: "Array"
    labels: "Array"
    n_noise: int
    n_all: int

    @property
    def n(self) -> int:
        """Number of rows measured."""
        return len(self.x)

    @cached_property
    def silhouettes(self) -> "Array":
        """How much nearer each row is to its own cluster than to the next, −1 to 1; shape (n_rows,)."""
        from sklearn.metrics import silhouette_samples

        found: Array = silhouette_samples(self.x, self.labels)
        return found

    @cached_property
    def square_distances(self) -> "Array":
        """Squared distance of each row to the mean of its cluster, shape (n_rows,)."""
        import numpy as np

        sizes = np.bincount(self.labels)
        totals = np.zeros((len(sizes), self.x.shape[1]))
        np.add.at(totals, self.labels, self.x)
        found: Array = ((self.x - (totals / np.maximum(sizes, 1)[:, None])[self.labels]) ** 2).sum(axis=1)
        return found

    @cached_property
    def resampled(self) -> "Array":
        """Davies-Bouldin and Calinski-Harabasz of resampled rows, shape (N_RESAMPLES, 2)."""
        import numpy as np

        generator = np.random.default_rng(0)
        found = [self._scores(row_counts(generator, self.n, 1)[0]) for _ in range(N_RESAMPLES)]
        return np.asarray([scores for scores in found if scores is not None])

    def _scores(self, counts: "Array") -> tuple[float, float] | None:
        import numpy as np
        from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

        rows = np.repeat(np.arange(self.n), counts.astype(int))
        x, labels = self.x[rows], self.labels[rows]
        if not 2 <= len(np.unique(labels)) < len(rows):
            return None
        return float(davies_bouldin_score(x, labels)), float(calinski_harabasz_score(x, labels))


def evaluate_clusters(x: "Array", labels: "Array", *, split: SplitName, seed: int = 0) -> list[Metric]:
    """Return every metric of clusters; `x` as the engine took it, `labels` names of clusters (`noise`: in none).

    `x` of shape (n_rows, n_features), `labels` of shape (n_rows,). There is no baseline: without clusters nothing can
    be measured.
    """
    rows = clustered(x, labels, seed=seed)
    found = [measure(rule, rows, split=split, n=rows.n) for rule in _RULES]
    whole = clustered(x, labels, seed=seed, max_rows=len(x))
    return [*found, *(measure(rule, whole, split=split, n=n) for rule, n in ((_INERTIA, whole.n), (_NOISE, len(x))))]


def clustered(x: "Array", labels: "Array", *, seed: int = 0, max_rows: int = MAX_ROWS) -> Clustered:
    """Return the rows that are in a cluster, a sample of `max_rows` when there are more."""
    import numpy as np

    kept = np.flatnonzero(labels != NOISE)
    n_noise = len(labels) - len(kept)
    if len(kept) > max_rows:
        kept = np.sort(np.random.default_rng(seed).choice(kept, max_rows, replace=False))
    _, places = np.unique(labels[kept].astype(str), return_inverse=True)
    return Clustered(x[kept], places, n_noise, len(labels))


def _needs_clusters(rows: Clustered) -> None:
    n_clusters = len(set(rows.labels.tolist()))
    if n_clusters < 2:
        raise Unavailable("There are no two clusters to compare." if n_clusters else "No row is in a cluster.")
    if n_clusters >= rows.n:
        raise Unavailable("Every row is a cluster of its own.")


def _silhouette(rows: Clustered) -> float:
    _needs_clusters(rows)
    return float(rows.silhouettes.mean())


def _davies_bouldin(rows: Clustered) -> float:
    from sklearn.metrics import davies_bouldin_score

    _needs_clusters(rows)
    return float(davies_bouldin_score(rows.x, rows.labels))


def _calinski_harabasz(rows: Clustered) -> float:
    from sklearn.metrics import calinski_harabasz_score

    _needs_clusters(rows)
    return float(calinski_harabasz_score(rows.x, rows.labels))


def _inertia(rows: Clustered) -> float:
    if rows.n == 0:
        raise Unavailable("No row is in a cluster.")
    return float(rows.square_distances.sum())


def _noise_share(rows: Clustered) -> float:
    return rows.n_noise / rows.n_all


def _inertia_interval(rows: Clustered) -> Interval:
    return mirrored(interval_of_means(plain_mean(rows.square_distances)), lambda mean: mean * rows.n)


def _of_resamples(place: int) -> Any:
    """Return the interval ± Z bootstrap standard errors on the log scale: both figures are positive."""

    def interval(rows: Clustered) -> Interval:
        import numpy as np

        enough(rows.n)
        drawn = rows.resampled[:, place]
        drawn = np.log(drawn[np.isfinite(drawn) & (drawn > 0)])
        value = (_davies_bouldin, _calinski_harabasz)[place](rows)
        if len(drawn) < N_RESAMPLES // 2 or value <= 0 or not drawn.std() > 0:
            raise NoInterval("Most resamples of these rows have no two clusters.")
        half = Z * float(drawn.std())
        return value * math.exp(-half), value * math.exp(half)

    return interval


_RULES = [
    Rule(
        "silhouette",
        "Silhouette",
        True,
        _silhouette,
        lambda rows: interval_of_means(plain_mean(rows.silhouettes)),
    ),
    Rule("davies_bouldin", "Davies-Bouldin index", False, _davies_bouldin, _of_resamples(0)),
    Rule("calinski_harabasz", "Calinski-Harabasz index", True, _calinski_harabasz, _of_resamples(1)),
]
_INERTIA = Rule("inertia", "Inertia (sum of squared distances)", False, _inertia, _inertia_interval)
_NOISE = Rule("noise_share", "Rows in no cluster", False, _noise_share, lambda rows: wilson(rows.n_noise, rows.n_all))
