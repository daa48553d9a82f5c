"""The engine for DBSCAN."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.clusters import ClusterEngine, Landmarks
from modelyard.models.engine import ClassWeight, FitOptions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MAX_PAIRS = 50_000_000
"""Pairs of neighbours, all in memory at once at 8 bytes each."""
SAMPLED_ROWS = 2000
"""Rows on which the number of pairs is estimated beforehand."""


class DBSCAN(ClusterEngine):
    """Group rows where they lie densely, in any shape, and leave the scattered ones out as noise.

    Takes numbers without missing values: fill missing values, encode categories and scale before it, since it measures
    distances. It finds the number of clusters by itself; `eps` decides: too small and all is noise, too large and all
    is one cluster. A new row joins the cluster of the nearest core row (one with `min_samples` rows around it) within
    `eps`, otherwise it is noise; rows at the edge of two clusters go to the nearer one. Wide neighbourhoods of many
    rows are refused, since all pairs of neighbours are held in memory.

    The model holds the core rows themselves: whoever has its file can read them.
    """

    title: ClassVar[str] = "DBSCAN"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "bubbles"

    kind: Literal["dbscan"] = "dbscan"
    eps: float = Parameter(
        0.5,
        description="Distance within which rows are neighbours.",
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        search=between(0.05, 5.0, log=True),
    )
    min_samples: int = Parameter(
        5, description="Neighbours, itself among them, that make a row a core.", ge=1, le=100_000, search=between(3, 30)
    )
    metric: Literal["euclidean", "manhattan", "cosine"] = Parameter(
        "euclidean", description="How distance is measured.", search=among("euclidean", "manhattan", "cosine")
    )

    def _arguments(self) -> dict[str, Any]:
        return {"eps": self.eps, "min_samples": self.min_samples, "metric": self.metric}

    def measured(self, rows: "Array", clusters: "Array") -> Landmarks:
        """Return the core rows, which reach as far as neighbours do."""
        return Landmarks(rows, clusters, reach=self.eps, metric=self.metric)

    def landmarks(self, x: "Array", options: FitOptions) -> tuple["Array", "Array", tuple[str, ...]]:
        """Return the core rows with their clusters."""
        from sklearn.cluster import DBSCAN as Estimator  # noqa: N811 — a class, though it looks like a constant

        self._check_pairs(x, options.seed)
        model = Estimator(**self._arguments()).fit(x)
        cores = model.core_sample_indices_
        if len(cores) == 0:
            raise Invalid(
                f"{self.title} found no cluster: no row has {self.min_samples} rows within {self.eps:g}.",
                hint="Raise eps or lower min_samples; add Scale before it when the columns' scales differ.",
            )
        is_one = model.labels_.max() == 0
        notes = ("All clustered rows are in one cluster: lower eps to tell groups apart.",) if is_one else ()
        return x[cores], model.labels_[cores], notes

    def _check_pairs(self, x: "Array", seed: int) -> None:
        import numpy as np
        from sklearn.metrics import pairwise_distances

        n_rows = len(x)
        if n_rows**2 <= MAX_PAIRS:
            return
        sample = x[np.random.default_rng(seed).choice(n_rows, SAMPLED_ROWS, replace=False)]
        share = float((pairwise_distances(sample, metric=self.metric) <= self.eps).mean())
        if share * n_rows**2 > MAX_PAIRS:
            raise Invalid(
                f"With eps {self.eps:g} a row has about {share * n_rows:,.0f} neighbours among {n_rows:,} rows: more "
                "pairs than fit in memory.",
                hint="Lower eps, take fewer rows, or use K-means.",
            )

    def code(self) -> str:
        """Return scikit-learn's estimator."""
        stated = ", ".join(f"{key}={value!r}" for key, value in self._arguments().items())
        return f"from sklearn.cluster import DBSCAN\n\nestimator = DBSCAN({stated})"

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit on the rows alone; new rows are compared with the core rows."""
        return f"estimator = NearestCore(x, estimator.fit(x), {self.eps!r}, {self.metric!r})"
