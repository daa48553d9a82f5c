"""The node that fits a model."""

import time
from typing import ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.engine import ClassWeight, Engine, FitOptions, Fitted
from modelyard.models.matrix import MAX_CATEGORIES
from modelyard.runs.processes import available_threads
from modelyard.workflows.node import MODEL_OUT, Node, NodeProblem, Port
from modelyard.workflows.nodes._engine import EngineField
from modelyard.workflows.nodes.split import MAX_SEED
from modelyard.workflows.values import ModelValue, Outcome, TableValue, Value, Work

MANY_ROWS = 100_000
"""Below this a second thread costs more than it gives (docs/design/runs.md)."""


def _first_choice() -> Engine:
    engine: Engine = family("engine").parse({"kind": "lightgbm"})
    return engine


class Train(Node):
    """Fit an engine on the training rows; the result is a model that goes from raw columns to a prediction.

    Which engine fits what:

    - logistic regression (classes) and linear regression (numbers) are quick, easy to explain and hard to beat on small
      tables; they need numbers without gaps, so fill, encode and scale first;
    - random forest and histogram gradient boosting find interactions by themselves;
    - LightGBM takes categories and missing values as they are, and is the best first choice on most tables.

    With `class_weight` balanced, rare classes weigh more, so that all classes count the same in the fit. When the run
    ends, the model is in the registry with its scores on the test rows, and can be called through its endpoint.
    """

    title: ClassVar[str] = "Train"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "brain-circuit"
    outputs: ClassVar[tuple[Port, ...]] = (MODEL_OUT,)
    learns: ClassVar[bool] = True
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("engine",)

    kind: Literal["train"] = "train"
    engine: EngineField = Parameter(default_factory=_first_choice, description="What is fitted.", widget="engine")
    class_weight: ClassWeight = Parameter(
        "none", description="Whether rare classes weigh more (`balanced`); classification only."
    )
    seed: int = Parameter(0, description="Start of the engine's random numbers.", ge=0, le=MAX_SEED)
    name: str | None = Parameter(
        None, description="The model's name in the registry; empty means made of target and engine.", max_length=200
    )
    budget_seconds: float | None = Parameter(
        None,
        description="Time after which an engine that can stops early with what it has; empty means no limit.",
        unit="s",
        advanced=True,
        gt=0,
        le=86_400,
    )

    def versions(self) -> list[int]:
        """Return the node's and the engine's."""
        return [self.version, self.engine.version]

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """The engine must take these columns."""
        if schema.target is None:
            return [NodeProblem("No target reaches this node; choose one in the dataset node.")]
        found = [NodeProblem(message, "engine") for message in self.engine.problems(schema)]
        if self.class_weight != "none" and schema.task == "regression":
            found.append(NodeProblem("Class weights are for classes; the target is a number.", "class_weight"))
        return found

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Fit, then put raw columns, preparing nodes and engine together, score and draft the model."""
        from modelyard.models.chain import build_chain

        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"train takes a table, not {type(given).__name__}")
        raw = given.raw.get().rows("train")
        started = time.monotonic()
        fitted = self._fit(given, work)
        work.report(0.7, "Scoring")
        chain = build_chain([(step.node, step.learned) for step in given.steps], self.engine, fitted, raw)
        document = work.draft(
            chain,
            given,
            name=self.name or f"{raw.schema.target} · {type(self.engine).title or self.engine.kind_name()}",
            seconds=time.monotonic() - started,
            seed=self.seed,
            class_weight=self.class_weight,
        )
        return Outcome(
            {"model": ModelValue(document, given.table, chain, given.raw)},
            metrics=document["metrics"],
            charts=document["charts"],
            notes=tuple(document["notes"]),
        )

    def _fit(self, given: TableValue, work: Work) -> Fitted:
        rows = given.table.get().rows("train")
        options = FitOptions(
            seed=self.seed,
            class_weight=self.class_weight,
            budget_seconds=self.budget_seconds,
            n_threads=available_threads() if rows.n_rows > MANY_ROWS else 1,
            report=lambda fraction, message: work.report(0.7 * fraction, message),
        )
        return self.engine.fit(rows, options)

    def code(self) -> str:
        """Make the engine's estimator and fit it on the training rows."""
        options = {"random_state": self.seed} | (
            {"class_weight": "balanced"} if self.class_weight == "balanced" else {}
        )
        categorical = (
            """[
    name for name in features
    if frame[name].dtype == pl.String or (kinds[name] == "category" and frame[name].dtype.is_integer())
]"""
            if self.engine.takes_categories
            else "[]"
        )
        return f"""{self.engine.code()}
options = {{k: v for k, v in {options!r}.items() if k in estimator.get_params()}}
estimator.set_params(**options)
features = [name for name in frame.columns if name != target]
categorical = {categorical}
train = train.filter(pl.col(target).is_not_null())
categories = {{
    name: sorted(
        train[name].cast(pl.String).drop_nulls().value_counts(name="n").sort(["n", name], descending=[True, False])
        [name].head({MAX_CATEGORIES}).to_list()
    )
    for name in categorical
}}
places = [features.index(name) for name in categorical]
fit_options = {{}}
if places and "categorical_features" in estimator.get_params():
    estimator.set_params(categorical_features=places)
elif places and type(estimator).__module__.startswith("lightgbm"):
    fit_options["categorical_feature"] = places
estimator.fit(matrix(train, features, categories), train[target].to_numpy(), **fit_options)"""
