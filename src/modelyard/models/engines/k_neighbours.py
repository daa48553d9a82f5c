"""The engine for k-nearest neighbours."""

from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Task
from modelyard.kernel.errors import Invalid, Refused
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import FitOptions, Fitted
from modelyard.models.estimators import EstimatorEngine, Training, estimator_code, read_facts, write_facts
from modelyard.models.matrix import scale_notes
from modelyard.models.neighbours import load_rows, save_rows
from modelyard.models.search_space import refuse


class KNeighbours(EstimatorEngine):
    """Look up the most similar training rows and let them vote: no training, and every answer has its examples.

    Takes numbers without missing values: fill missing values, encode categories and scale before it, since it measures
    distances. With many columns all rows are about equally far apart: select or combine columns first. It cannot weigh
    classes.

    The model holds the training rows themselves: whoever has its file can read them, and it grows with their number.
    """

    title: ClassVar[str] = "K-nearest neighbours"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "locate"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    takes_class_weight: ClassVar[bool] = False

    kind: Literal["k_neighbours"] = "k_neighbours"
    n_neighbours: int = Parameter(5, description="Rows that vote.", ge=1, le=10_000, search=between(1, 50, log=True))
    weights: Literal["uniform", "distance"] = Parameter(
        "uniform",
        description="Whether near rows weigh more than far ones (`distance`).",
        search=among("uniform", "distance"),
    )
    metric: Literal["minkowski", "euclidean", "manhattan", "cosine"] = Parameter(
        "minkowski", description="How distance is measured.", search=among("euclidean", "manhattan", "cosine")
    )
    p: float = Parameter(
        2.0,
        description="Power of the Minkowski distance: 1 is manhattan, 2 euclidean.",
        ge=1,
        le=10,
        when={"metric": ("minkowski",)},
    )
    algorithm: Literal["auto", "ball_tree", "kd_tree", "brute"] = Parameter(
        "auto", description="How neighbours are found; it changes the speed only.", advanced=True
    )
    leaf_size: int = Parameter(
        30,
        description="Rows per leaf of the search tree; it changes the speed only.",
        ge=1,
        le=10_000,
        advanced=True,
        when={"algorithm": ("auto", "ball_tree", "kd_tree")},
    )

    @model_validator(mode="after")
    def _a_tree_can_hold_the_metric(self) -> Self:
        if self.metric == "cosine" and self.algorithm in ("ball_tree", "kd_tree"):
            refuse(self, "algorithm", f"{self.algorithm} cannot find neighbours by cosine: choose auto or brute")
        return self

    def _arguments(self) -> dict[str, Any]:
        names = ("weights", "metric", "p", "algorithm", "leaf_size")
        return {"n_neighbors": self.n_neighbours, **{name: getattr(self, name) for name in names}}

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator."""
        from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

        kind = KNeighborsClassifier if task == "classification" else KNeighborsRegressor
        return kind(**self._arguments())

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Keep the rows and build the index."""
        if self.n_neighbours > len(training.x):
            raise Invalid(
                f"{self.title} asks {self.n_neighbours} rows, but there are {len(training.x)} training rows.",
                hint="Lower n_neighbours.",
            )
        model = self.estimator(training.task, options).fit(training.x, training.target.values)
        return {"estimator": model}, scale_notes(training.x, training.features, self.title)

    def save(self, fitted: Fitted, folder: Path) -> None:
        """Write the rows as arrays and the facts as JSON."""
        model = fitted.state["estimator"]
        write_facts(fitted, folder)
        save_rows(folder, model._fit_X, model._y)

    def load(self, folder: Path) -> Fitted:
        """Read the rows and build the index again."""
        facts = read_facts(folder, {})
        rows, values = load_rows(folder, len(facts.features))
        n_classes = len(facts.classes) if facts.classes is not None else None
        if n_classes is not None and sorted(set(values.tolist())) != list(range(n_classes)):
            raise Refused("The classes of this model's rows are not those it names.")
        return read_facts(folder, {"estimator": self.estimator(facts.task, FitOptions()).fit(rows, values)})

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        names: dict[Task, str] = {"classification": "KNeighborsClassifier", "regression": "KNeighborsRegressor"}
        return estimator_code("sklearn.neighbors", names, {task: self._arguments() for task in self.tasks})
