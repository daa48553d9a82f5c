"""The engine for k-means."""

import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.clusters import ClusterEngine
from modelyard.models.engine import ClassWeight, FitOptions

if TYPE_CHECKING:
    import numpy as np


class KMeans(ClusterEngine):
    """Group rows around k centres, each row to the nearest: fast, for round clusters of similar size.

    Takes numbers without missing values: fill missing values, encode categories and scale before it, since it measures
    distances. New rows go to the nearest centre. How many clusters there are it cannot say: compare a few by their
    silhouette, or look at the elbow chart.
    """

    title: ClassVar[str] = "K-means"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "chart-scatter"

    kind: Literal["k_means"] = "k_means"
    n_clusters: int = Parameter(3, description="How many clusters.", ge=2, le=1000, search=between(2, 15))
    init: Literal["k-means++", "random"] = Parameter(
        "k-means++",
        description="Where the centres start: spread out, or at random rows.",
        search=among("k-means++", "random"),
    )
    n_init: int = Parameter(
        10, description="Starts; the tightest clusters are kept.", ge=1, le=1000, search=between(5, 20)
    )
    max_iter: int = Parameter(300, description="Most iterations of a start.", ge=1, le=100_000, advanced=True)
    tol: float = Parameter(
        1e-4,
        description="Movement of the centres below which it stops.",
        ge=0,
        le=1,
        advanced=True,
        allow_inf_nan=False,
    )
    algorithm: Literal["lloyd", "elkan"] = Parameter(
        "lloyd", description="elkan is faster on clear clusters and takes more memory.", advanced=True
    )

    def _arguments(self) -> dict[str, Any]:
        names = ("n_clusters", "init", "n_init", "max_iter", "tol", "algorithm")
        return {name: getattr(self, name) for name in names}

    def landmarks(
        self, x: "np.ndarray[Any, Any]", options: FitOptions
    ) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]", tuple[str, ...]]:
        """Return the centres, each a cluster of its own."""
        import numpy as np
        from sklearn.cluster import KMeans as Estimator

        n_different = len(np.unique(x, axis=0))
        if self.n_clusters > n_different:
            raise Invalid(
                f"{self.title} cannot make {self.n_clusters} clusters of {n_different} different rows.",
                hint="Lower n_clusters.",
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about memory leaks on another platform, and empty clusters seen above
            model = Estimator(**self._arguments(), random_state=options.seed).fit(x)
        notes = ("It was still moving after max_iter: raise it.",) if model.n_iter_ >= self.max_iter else ()
        return model.cluster_centers_, np.arange(self.n_clusters), notes

    def code(self) -> str:
        """Return scikit-learn's estimator."""
        stated = ", ".join(f"{key}={value!r}" for key, value in self._arguments().items())
        return f"from sklearn.cluster import KMeans\n\nestimator = KMeans({stated}, random_state=0)"

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit on the rows alone."""
        return "estimator.fit(x)"
