"""What the engines that group rows share: rows in without a target, names of clusters out."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.engine import FitOptions, Fitted, Prediction
from modelyard.models.estimators import MatrixEngine, read_facts, sentences, write_facts
from modelyard.models.matrix import feature_problems, refuse_missing, scale_notes, to_matrix
from modelyard.models.neighbours import load_rows, save_rows

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

NOISE = "noise"
"""What a row in no cluster is called."""
MIN_ROWS = 2
MAX_SAID = 10
"""Clusters whose sizes are told in a note."""


@dataclass(frozen=True)
class Landmarks:
    """What new rows are compared with: `rows` of shape (n_landmarks, n_features), `clusters` of shape (n_landmarks,).

    A row belongs to the cluster of the nearest landmark, or to none when that is farther than `reach`.
    """

    rows: "Array"
    clusters: "Array"
    reach: float = float("inf")
    metric: str = "euclidean"

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.clusters.max()) + 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the clusters in order; noise last, where rows can be out of reach."""
        noise = () if self.reach == float("inf") else (NOISE,)
        return (*(f"cluster {place}" for place in range(self.n_clusters)), *noise)

    @cached_property
    def _index(self) -> Any:
        from sklearn.neighbors import NearestNeighbors

        return NearestNeighbors(n_neighbors=1, metric=self.metric).fit(self.rows)

    def places(self, x: "Array") -> "Array":
        """Return the cluster of each row, -1 for none; shape (n_rows,)."""
        import numpy as np

        distances, nearest = self._index.kneighbors(x)
        return np.where(distances[:, 0] <= self.reach, self.clusters[nearest[:, 0]], -1)


class ClusterEngine(MatrixEngine):
    """Base of the engines that group rows; `Fitted.classes` are the names of the clusters."""

    tasks: ClassVar[tuple[Task, ...]] = ("clustering",)
    takes_class_weight: ClassVar[bool] = False

    def landmarks(self, x: "Array", options: FitOptions) -> tuple["Array", "Array", tuple[str, ...]]:
        """Group the rows of `x`, shape (n_rows, n_features); return landmarks, their clusters from 0 on, and notes."""
        raise NotImplementedError

    def measured(self, rows: "Array", clusters: "Array") -> Landmarks:
        """Return the landmarks with how this engine measures distance."""
        return Landmarks(rows, clusters)

    def problems(self, schema: Schema) -> list[str]:
        """Return why this engine cannot group the rows of these columns; sentences that say what to do."""
        found = feature_problems(self.title, schema, takes_missing=False, takes_categories=False)
        if schema.task != "clustering":
            found.insert(0, f"{self.title} groups rows without a target: choose clustering in the dataset node.")
        return [*found, *self.schema_problems(schema)]

    def fit(self, table: Table, options: FitOptions) -> Fitted:
        """Group all rows of `table`."""
        from threadpoolctl import threadpool_limits

        features = tuple(column.name for column in table.schema.features)
        self._check(table, features, options)
        x = to_matrix(table.frame, features, title=self.title)
        refuse_missing(x, features, self.title)
        with threadpool_limits(options.n_threads), sentences("fit"):
            rows, clusters, notes = self.landmarks(x, options)
            found = self.measured(rows, clusters)
            sizes = _sizes(found.places(x), found.n_clusters)
        notes = (*scale_notes(x, features, self.title), *notes, sizes)
        return Fitted("clustering", features, found.names, {"estimator": found, "categories": {}}, len(x), notes)

    def _check(self, table: Table, features: tuple[str, ...], options: FitOptions) -> None:
        if table.schema.task != "clustering":
            raise Invalid(f"{self.title} groups rows without a target.", hint="Choose clustering in the dataset node.")
        if options.class_weight != "none":
            raise Invalid("Class weights are for classification.", hint="Set the class weight to `none`.")
        if not features:
            raise Invalid(f"No features reach {self.title}.", hint="Keep at least one column.")
        if table.n_rows < MIN_ROWS:
            raise Invalid(f"{self.title} needs at least {MIN_ROWS} rows; there are {table.n_rows}.")

    def predict(self, fitted: Fitted, features: "pl.DataFrame") -> Prediction:
        """Return the name of each row's cluster, or that it is noise."""
        import numpy as np

        assert fitted.classes is not None
        # Place -1 is the last name: noise.
        names = np.asarray(fitted.classes, dtype=object)
        return Prediction(names[fitted.state["estimator"].places(self.matrix(fitted, features))], None, fitted.classes)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the landmarks as arrays and the facts as JSON."""
        write_facts(fitted, folder)
        save_rows(folder, fitted.state["estimator"].rows, fitted.state["estimator"].clusters)

    def load(self, folder: Path) -> Fitted:
        """Read what `save` wrote."""
        facts = read_facts(folder, {})
        rows, clusters = load_rows(folder, len(facts.features))
        found = self.measured(rows, clusters)
        is_whole = clusters.dtype.kind == "i" and set(clusters.tolist()) == set(range(found.n_clusters))
        if not is_whole or found.names != facts.classes:
            raise Refused("The clusters of this model are not those it names.")
        return read_facts(folder, {"estimator": found})


def _sizes(places: "Array", n_clusters: int) -> str:
    import numpy as np

    counts = np.bincount(places[places >= 0], minlength=n_clusters).tolist()
    said = ", ".join(f"{count} in cluster {place}" for place, count in enumerate(counts[:MAX_SAID]))
    more = f", the others in {n_clusters - MAX_SAID} more" if n_clusters > MAX_SAID else ""
    n_noise = int((places < 0).sum())
    return f"Training rows: {said}{more}{f', {n_noise} {NOISE}' if n_noise else ''}."
