"""The engine for naive Bayes."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.data.columns import Schema, Task
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter, among, between
from modelyard.models.engine import ClassWeight, FitOptions
from modelyard.models.estimators import EstimatorEngine, Training, balanced_rows

if TYPE_CHECKING:
    import numpy as np

Variant = Literal["gaussian", "multinomial", "complement", "bernoulli"]
DISCRETE = ("multinomial", "complement", "bernoulli")
COUNTING = ("multinomial", "complement")


class NaiveBayes(EstimatorEngine):
    """Each feature votes for a class by itself: learns in one pass, and a good baseline for text and few rows.

    Takes numbers without missing values: fill missing values and encode categories before it. `gaussian` expects bell
    shapes within each class, `multinomial` and `complement` counts or frequencies (of words, say; complement suits rare
    classes), `bernoulli` yes or no. Its probabilities are too sure of themselves when features say the same twice.
    """

    title: ClassVar[str] = "Naive Bayes"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "dices"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)

    kind: Literal["naive_bayes"] = "naive_bayes"
    variant: Variant = Parameter(
        "gaussian", description="What the features look like within a class.", search=among("gaussian", "bernoulli")
    )
    var_smoothing: float = Parameter(
        1e-9,
        description="Share of the largest variance added to every variance.",
        ge=0,
        le=1e3,
        allow_inf_nan=False,
        when={"variant": ("gaussian",)},
        search=between(1e-12, 1e-2, log=True),
    )
    alpha: float = Parameter(
        1.0,
        description="Rows imagined beside those seen, so that nothing is impossible.",
        ge=1e-10,
        le=1e6,
        allow_inf_nan=False,
        when={"variant": DISCRETE},
        search=between(1e-3, 10.0, log=True),
    )
    fit_prior: bool = Parameter(
        True, description="Learn how frequent the classes are; off: all alike.", when={"variant": DISCRETE}
    )
    threshold: float = Parameter(
        0.0,
        description="Values above it count as yes.",
        ge=-1e9,
        le=1e9,
        allow_inf_nan=False,
        when={"variant": ("bernoulli",)},
    )

    def schema_problems(self, schema: Schema) -> list[str]:
        """Counts cannot be negative, as far as the profile tells."""
        below = [column.name for column in schema.features if (column.minimum or 0) < 0]
        return [self._negative(below)] if below and self.variant in COUNTING else []

    def _negative(self, names: list[str]) -> str:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return (
            f"{self.title} with the variant {self.variant} counts, so it cannot take values below 0 "
            f"({', '.join(names[:5])}{more}): choose gaussian, or scale to a range from 0."
        )

    def _named(self) -> tuple[str, dict[str, Any]]:
        if self.variant == "gaussian":
            return "GaussianNB", {"var_smoothing": self.var_smoothing}
        shared = {"alpha": self.alpha, "fit_prior": self.fit_prior}
        if self.variant == "bernoulli":
            return "BernoulliNB", {**shared, "binarize": self.threshold}
        return ("MultinomialNB" if self.variant == "multinomial" else "ComplementNB"), shared

    def estimator(self, task: Task, options: FitOptions) -> Any:
        """Return scikit-learn's estimator for the variant."""
        import sklearn.naive_bayes

        name, arguments = self._named()
        return getattr(sklearn.naive_bayes, name)(**arguments)

    def fit_estimator(self, training: Training, options: FitOptions) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Fit in one pass."""
        below = [name for name, least in zip(training.features, training.x.min(axis=0), strict=True) if least < 0]
        if below and self.variant in COUNTING:
            raise Invalid(self._negative(below), fields=[FieldError((name,), "is below 0") for name in below])
        model = self.estimator(training.task, options)
        weights = balanced_rows(training.target) if options.class_weight == "balanced" else None
        model.fit(training.x, training.target.values, sample_weight=weights)
        if self.variant == "gaussian" and not _is_usable(model.var_):
            raise Invalid(
                f"{self.title} finds no variance to work with: every feature is constant, or too large to square.",
                hint="Drop constant columns, scale, or choose another variant.",
            )
        return {"estimator": model}, ()

    def code(self) -> str:
        """Return scikit-learn's estimator."""
        name, arguments = self._named()
        stated = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        return f"from sklearn.naive_bayes import {name}\n\nestimator = {name}({stated})"

    def fit_code(self, class_weight: ClassWeight, seed: int) -> str:
        """Fit, with a weight for each row when classes shall count the same."""
        return "estimator.fit(x, y)" if class_weight == "none" else "estimator.fit(x, y, sample_weight=balanced(y))"


def _is_usable(variances: "np.ndarray[Any, Any]") -> bool:
    import numpy as np

    return bool(np.isfinite(variances).all() and (variances > 0).all())
