"""The engine for a small neural network."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from modelyard.data.columns import Task
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import ClassWeight, FitOptions
from modelyard.models.estimators import EstimatorEngine, Training, balanced_rows, estimator_code, quiet_fit
from modelyard.models.matrix import scale_notes

Units = Annotated[int, Field(ge=1, le=2000)]
STEPWISE = ("adam", "sgd")
"""Solvers that go over the rows in batches, and so can stop early."""


class NeuralNetwork(EstimatorEngine):
    """Layers of weighted sums, bent in between: learns smooth interactions, and adds something else to an ensemble.

    Takes numbers without missing values: fill missing values, encode categories and scale before it, or it will hardly
    learn. On tables of this size trees usually predict better. It cannot stop by the time budget; `early_stopping`
    ends it when training rows held back no longer improve.
    """

    title: ClassVar[str] = "Neural network"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "network"
    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    only_for: ClassVar[Mapping[str, Task]] = {"scale_target": "regression"}
    # The method that moves the weights, with its arrays of the last step.
    trusted: ClassVar[tuple[str, ...]] = (
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    )

    kind: Literal["neural_network"] = "neural_network"
    hidden_layers: tuple[Units, ...] = Parameter(
        (100,),
        description="Units of each hidden layer, from the input to the output.",
        min_length=1,
        max_length=10,
        search=among((50,), (100,), (100, 50), (100, 100), (128, 64, 32)),
    )
    activation: Literal["relu", "tanh", "logistic"] = Parameter(
        "relu", description="How a unit bends its sum.", search=among("relu", "tanh")
    )
    solver: Literal["adam", "sgd", "lbfgs"] = Parameter(
        "adam", description="How the weights are moved; lbfgs suits few rows.", search=among("adam", "lbfgs")
    )
    alpha: float = Parameter(
        1e-4,
        description="L2 penalty on the weights.",
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        search=between(1e-6, 1.0, log=True),
    )
    learning_rate_init: float = Parameter(
        1e-3,
        description="Size of the first steps.",
        gt=0,
        le=10,
        allow_inf_nan=False,
        when={"solver": STEPWISE},
        search=between(1e-4, 1e-1, log=True),
    )
    batch_size: int | None = Parameter(
        None,
        description="Rows per step; empty: 200, or all when there are fewer.",
        ge=1,
        le=100_000,
        when={"solver": STEPWISE},
        search=among(None, 32, 64, 256),
    )
    max_iter: int = Parameter(200, description="Most passes over the rows.", ge=1, le=100_000)
    early_stopping: bool = Parameter(
        True,
        description="Hold training rows back and stop when they no longer improve.",
        when={"solver": STEPWISE},
    )
    validation_fraction: float = Parameter(
        0.1,
        description="Share of the training rows held back.",
        gt=0,
        le=0.5,
        advanced=True,
        when={"solver": STEPWISE, "early_stopping": (True,)},
    )
    n_iter_no_change: int = Parameter(
        10,
        description="Passes without improvement before it stops.",
        ge=1,
        le=10_000,
        advanced=True,
        when={"solver": STEPWISE},
    )
    momentum: float = Parameter(
        0.9,
        description="How much of the last step is kept.",
        ge=0,
        le=1,
        advanced=True,
        allow_inf_nan=False,
        when={"solver": ("sgd",)},
    )
    tol: float = Parameter(
        1e-4, description="Improvement below which it counts as none.", gt=0, le=1, advanced=True, allow_inf_nan=False
    )
    scale_target: bool = Parameter(
        True,
        description="Bring a number to predict to mean 0 and deviation 1 for the fit.",
        advanced=True,
    )

    def _arguments(self) -> dict[str, Any]:
        return {
            "hidden_layer_sizes": self.hidden_layers,
            "activation": self.activation,
            "solver": self.solver,
            "alpha": self.alpha,
            "learning_rate_init": self.learning_rate_init,
            "batch_size": "auto" if self.batch_size is None else self.batch_size,
            "max_iter": self.max_iter,
            "early_stopping": self.early_stopping and self.solver in STEPWISE,
            "validation_fraction": self.validation_fraction,
            "n_iter_no_change": self.n_iter_no_change,
            "momentum": self.momentum,
            "tol": self.tol,
        }

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator, with the target scaled for numbers."""
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.preprocessing import StandardScaler

        if task == "classification":
            return MLPClassifier(**self._arguments(), random_state=options.seed)
        network = MLPRegressor(**self._arguments(), random_state=options.seed)
        return TransformedTargetRegressor(network, transformer=StandardScaler()) if self.scale_target else network

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Fit, and note when the passes did not suffice or there were too few rows to hold some back."""
        model = self.estimator(training.task, options)
        notes = scale_notes(training.x, training.features, self.title)
        if self._arguments()["early_stopping"] and not _can_hold_back(training, self.validation_fraction):
            network = getattr(model, "regressor", model)
            network.early_stopping = False
            notes = (*notes, "Too few rows to hold some back: early stopping was left out.")
        weights = balanced_rows(training.target) if options.class_weight == "balanced" else None
        slow = f"{self.title} was still improving after {self.max_iter} passes: raise max_iter."
        return {"estimator": model}, (*notes, *quiet_fit(model, training, slow, sample_weight=weights))

    def code(self) -> str:
        """Return scikit-learn's estimators for both tasks."""
        stated = {task: {**self._arguments(), "random_state": 0} for task in self.tasks}
        names: dict[Task, str] = {"classification": "MLPClassifier", "regression": "MLPRegressor"}
        made = estimator_code("sklearn.neural_network", names, stated)
        if not self.scale_target:
            return made
        return f"""from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import StandardScaler
{made}
    estimator = TransformedTargetRegressor(estimator, transformer=StandardScaler())"""

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit, with a weight for each row when classes shall count the same."""
        return "estimator.fit(x, y)" if class_weight == "none" else "estimator.fit(x, y, sample_weight=balanced(y))"


def _can_hold_back(training: Training, fraction: float) -> bool:
    """Say whether the rows held back have one of each class, and each class one beside them."""
    import numpy as np

    n_held = int(np.ceil(fraction * len(training.x)))
    if training.target.classes is None:
        return n_held >= 2
    counts = np.bincount(training.target.values)
    return bool(counts.min() >= 2) and n_held >= max(2, len(counts))
