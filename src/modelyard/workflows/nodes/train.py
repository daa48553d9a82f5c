"""The node that fits a model."""

from dataclasses import replace
from typing import ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.kernel.kinds import Parameter, family
from modelyard.models.crossfit import Recipe, summaries
from modelyard.models.engine import ClassWeight, Engine
from modelyard.models.folds import MAX_SEED
from modelyard.models.metrics.metric import Metric
from modelyard.workflows.node import MODEL_OUT, Node, NodeProblem, Port
from modelyard.workflows.nodes._engine import EngineField
from modelyard.workflows.nodes._training import Training, cross_validate, train
from modelyard.workflows.values import Outcome, TableValue, Value, Work


def _first_choice() -> Engine:
    engine: Engine = family("engine").parse({"kind": "lightgbm"})
    return engine


class Train(Node):
    """Fit an engine on the training rows; the result is a model that goes from raw columns to a prediction.

    Which engine fits what:

    - logistic regression (classes) and linear regression (numbers) are quick, easy to explain and hard to beat on small
      tables; they need numbers without gaps, so fill, encode and scale first;
    - decision tree, random forest, extra trees and histogram gradient boosting find interactions by themselves;
    - LightGBM, CatBoost and XGBoost take categories and missing values as they are, and are the best first choice on
      most tables;
    - support vector machine, nearest neighbours and neural network measure distances, so scale first;
    - K-means and DBSCAN group rows when the dataset node says clustering, which needs no target.

    With `cross_validation`, the training rows are cut into folds that keep to the split's structure (groups stay
    together, the past predicts the future), everything behind the split is learned anew on all folds but one and scored
    on that one; each metric's mean over the folds is shown with its 95 % interval beside the scores on the test rows.

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
    cross_validation: int | None = Parameter(
        None,
        description="Folds of the training rows to score on as well; everything is learned anew for each. Empty: none.",
        ge=2,
        le=20,
    )
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
        if schema.target is None and schema.task != "clustering":
            return [NodeProblem("No target reaches this node; choose one in the dataset node.")]
        found = [NodeProblem(message, "engine") for message in self.engine.problems(schema)]
        if self.class_weight != "none" and schema.task != "classification":
            what = "the target is a number" if schema.task == "regression" else "clustering has none"
            found.append(NodeProblem(f"Class weights are for classes; {what}.", "class_weight"))
        elif self.class_weight != "none" and not self.engine.takes_class_weight:
            found.append(NodeProblem(f"{self.engine.title} cannot weigh classes: choose none.", "class_weight"))
        if self.cross_validation and schema.task == "clustering":
            message = "Cross-validation compares with a target, and clustering has none: leave it empty."
            found.append(NodeProblem(message, "cross_validation"))
        return found

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Fit, then put raw columns, preparing nodes and engine together, score and draft the model."""
        given = inputs["table"]
        if not isinstance(given, TableValue):
            raise TypeError(f"train takes a table, not {type(given).__name__}")
        scores = self._cross_validate(given, work) if self.cross_validation else []
        training = Training(self.engine, self.seed, self.class_weight, self.budget_seconds)
        outcome = train(training, given, work, name=self.name, span=(0.5 if scores else 0.0, 1.0))
        return replace(outcome, metrics=[*outcome.metrics, *(score.model_dump(mode="json") for score in scores)])

    def _cross_validate(self, given: TableValue, work: Work) -> list[Metric]:
        """Score the whole way from raw rows on every fold of the training rows."""
        assert self.cross_validation is not None
        nodes = tuple(step.node for step in given.steps)
        recipe = Recipe(nodes, self.engine, self.seed, self.class_weight, self.budget_seconds)
        found = cross_validate(recipe, given, work, n_folds=self.cross_validation, share=0.5)
        return list(summaries(found))

    def code(self) -> str:
        """Make the engine's estimator and fit it on the training rows."""
        categorical = (
            """[
    name for name in features
    if frame[name].dtype == pl.String or (kinds[name] == "category" and frame[name].dtype.is_integer())
]"""
            if self.engine.takes_categories
            else "[]"
        )
        is_clustering = self.engine.tasks == ("clustering",)
        targets = "" if is_clustering else "train = train.filter(pl.col(target).is_not_null())\n"
        return f"""{self.engine.code()}
seeds = [name for name in estimator.get_params() if name.rpartition("__")[2] in ("random_state", "random_seed")]
estimator.set_params(**dict.fromkeys(seeds, {self.seed}))
features = [name for name in frame.columns if name != target]
categorical = {categorical}
{targets}categories = {{
    name: sorted(
        train[name].cast(pl.String).drop_nulls().value_counts(name="n").sort(["n", name], descending=[True, False])
        [name].head({self.engine.max_categories}).to_list()
    )
    for name in categorical
}}
places = [features.index(name) for name in categorical]
x = matrix(train, features, categories)
{"" if is_clustering else "y = train[target].to_numpy()"}
{self.engine.fit_code(self.class_weight, self.seed)}"""
