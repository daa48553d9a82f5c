"""The node that looks for an engine's best parameters."""

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.crossfit import Recipe
from modelyard.models.engine import ClassWeight, Engine
from modelyard.models.folds import MAX_SEED
from modelyard.models.objective import MetricChoice, metric_problem
from modelyard.models.search_space import search_space
from modelyard.workflows.node import MODEL_OUT, Node, NodeProblem, Port
from modelyard.workflows.nodes._engine import EngineField
from modelyard.workflows.nodes._training import Training, crossfit, train
from modelyard.workflows.values import Outcome, TableValue, Value, Work


def _first_choice() -> Engine:
    engine: Engine = family("engine").parse({"kind": "lightgbm"})
    return engine


class Tune(Node):
    """Look for the parameters with which an engine predicts best, then train it with them.

    Every trial fits the engine with other parameters and is scored by cross-validation on the training rows; the folds
    keep to the split's structure, and everything behind the split is learned anew on each. The first trial is the
    engine as it is set here; the others are drawn by Optuna (tree-structured Parzen estimator) from the ranges that the
    engine's parameters state. A trial that is worse than half of those before it after the same number of folds is
    stopped. The trials are seen while they come in, "stop now" keeps the best so far, and a run that was killed goes on
    with the trials that it has.

    The test rows are not touched before the end: the scores on them are of the engine with the best parameters, fitted
    on all training rows.
    """

    title: ClassVar[str] = "Tune"
    group: ClassVar[str] = "train"
    icon: ClassVar[str] = "sliders-horizontal"
    outputs: ClassVar[tuple[Port, ...]] = (MODEL_OUT,)
    learns: ClassVar[bool] = True
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("engine", "n_trials")

    kind: Literal["tune"] = "tune"
    engine: EngineField = Parameter(
        default_factory=_first_choice, description="What is tuned; its parameters are the first trial.", widget="engine"
    )
    tuned: tuple[str, ...] | None = Parameter(
        None, description="The parameters to try; empty means all for which the engine states a range.", max_length=50
    )
    n_trials: int = Parameter(30, description="Most trials.", ge=1, le=1000)
    budget_seconds: float | None = Parameter(
        300.0,
        description="Time after which no trial is begun or goes on; the final fit comes on top. Empty: no limit.",
        unit="s",
        gt=0,
        le=86_400,
    )
    n_folds: int = Parameter(3, description="Folds that each trial is scored on.", ge=2, le=20)
    metric: MetricChoice = Parameter(
        "auto", description="What is made best; `auto`: ROC AUC for two classes, log loss for more, RMSE for numbers."
    )
    prunes: bool = Parameter(True, description="Stop trials that do badly on their first folds.", advanced=True)
    class_weight: ClassWeight = Parameter(
        "none", description="Whether rare classes weigh more (`balanced`); classification only."
    )
    seed: int = Parameter(0, description="Start of the random numbers of engine, folds and search.", ge=0, le=MAX_SEED)
    name: str | None = Parameter(
        None, description="The model's name in the registry; empty means made of target and engine.", max_length=200
    )

    @model_validator(mode="after")
    def _has_something_to_try(self) -> Self:
        known = {name for task in type(self.engine).tasks for name in search_space(type(self.engine), task)}
        for name in self.tuned or ():
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise ValueError(f"tuned: {name!r} is no parameter that can be tuned here; these are: {listed}")
        return self

    def versions(self) -> list[int]:
        """Return the node's and the engine's."""
        return [self.version, self.engine.version]

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """The engine must take these columns and have something to tune; the metric must suit the target."""
        if schema.task == "clustering":
            return [NodeProblem("Clusters have no target to score trials by; use a train node and the elbow chart.")]
        if schema.target is None or schema.task is None:
            return [NodeProblem("No target reaches this node; choose one in the dataset node.")]
        found = [NodeProblem(message, "engine") for message in self.engine.problems(schema)]
        if not self._space(schema):
            message = f"There is nothing to tune: {type(self.engine).title} has no such parameters, or none is chosen."
            found.append(NodeProblem(message, "engine" if self.tuned is None else "tuned"))
        column = schema.get(schema.target)
        n_classes = column.n_unique if column else None
        if unsuited := metric_problem(self.metric, schema.task, n_classes):
            found.append(NodeProblem(unsuited, "metric"))
        if self.class_weight != "none" and schema.task == "regression":
            found.append(NodeProblem("Class weights are for classes; the target is a number.", "class_weight"))
        return found

    def _space(self, schema: Schema) -> dict[str, Any]:
        assert schema.task is not None
        space = search_space(type(self.engine), schema.task)
        return {name: values for name, values in space.items() if self.tuned is None or name in self.tuned}

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Search, then fit the best on all training rows."""
        from modelyard.models.tuning import Search, Settings

        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"tune takes a table, not {type(given).__name__}")
        table = given.table.get()
        settings = Settings(
            n_trials=self.n_trials,
            budget_seconds=self.budget_seconds,
            metric=self.metric,
            tuned=frozenset(self._space(table.schema)),
            prunes=self.prunes,
            seed=self.seed,
        )
        nodes = tuple(step.node for step in given.steps)
        recipe = Recipe(nodes, self.engine, self.seed, self.class_weight)
        fitting = crossfit(given, work, n_folds=self.n_folds, seed=self.seed, engine=self.engine)
        found = Search(settings, recipe, fitting, table.rows("train"), work).run()
        training = Training(found.engine, self.seed, self.class_weight)
        outcome = train(training, given, work, name=self.name, span=(0.8, 1.0), trials=found.trials)
        return outcome

    def code(self) -> str:
        """Train with the parameters set here; `code_found` has those that the search found."""
        from modelyard.workflows.nodes.train import Train

        return Train(engine=self.engine, seed=self.seed, class_weight=self.class_weight).code()

    def code_found(self, draft: dict[str, Any]) -> str:
        """Train with the parameters that the search found; `draft` describes the model (models.draft)."""
        from modelyard.workflows.nodes.train import Train

        parameters = {k: v for k, v in draft["parameters"].items() if k not in ("seed", "class_weight")}
        engine = family("engine").parse(parameters)
        return Train(engine=engine, seed=self.seed, class_weight=self.class_weight).code()
