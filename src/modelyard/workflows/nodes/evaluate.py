"""The node that scores a model on rows it has not learned from."""

from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import SplitName, Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import MODEL_IN, Node, NodeProblem, Port
from modelyard.workflows.values import ModelValue, Outcome, Value, Work

if TYPE_CHECKING:
    from modelyard.models.engine import Prediction
    from modelyard.models.metrics.report import Report


class Evaluate(Node):
    """Score the model on rows that it has not learned from, every figure with its 95 % interval.

    - Classes: accuracy, balanced accuracy, precision, recall, F1, ROC AUC, PR AUC, log loss, Brier score, Matthews
      correlation; precision, recall and F1 of each class.
    - Numbers: R², RMSE, MSE, MAE, median absolute error, MAPE, SMAPE, explained variance, pinball loss.
    - Clusters: silhouette, Davies-Bouldin, Calinski-Harabasz, inertia, rows in no cluster.

    Beside each figure stand two baselines on the same rows: always the majority class or the mean, and histogram
    gradient boosting with default parameters fitted on the same training rows. A model that does not beat the second is
    not worth its trouble. Intervals say how far a figure may be off because the rows are few; they say nothing about
    rows that are of another kind than these.

    With a group column, the figures are told for each group beside the largest gap between two groups: a model can be
    good on the whole and bad for some. The column may have been dropped before training. Groups with fewer than 20 rows
    are counted, not measured.

    Compare models on validation rows and look at the test rows last: whoever chooses by the test rows has learned from
    them. A metric that cannot be computed, say because a class is absent from the test rows, says why.
    """

    title: ClassVar[str] = "Evaluate"
    group: ClassVar[str] = "evaluate"
    icon: ClassVar[str] = "gauge"
    inputs: ClassVar[tuple[Port, ...]] = (MODEL_IN,)
    outputs: ClassVar[tuple[Port, ...]] = ()
    in_model: ClassVar[bool] = False
    version: ClassVar[int] = 2
    telling: ClassVar[tuple[str, ...]] = ("split", "group_column")

    kind: Literal["evaluate"] = "evaluate"
    split: SplitName = Parameter("test", description="The rows to score on.")
    group_column: str | None = Parameter(
        None,
        description="A column of the dataset whose groups are compared; empty means none.",
        widget="dataset_column",
        max_length=10_000,
    )
    quantile: float | None = Parameter(
        None,
        description="The quantile of the pinball loss; empty means the one the engine was fitted for, or the median.",
        gt=0,
        lt=1,
        advanced=True,
    )

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Groups are compared by how well a target is predicted."""
        if self.group_column is not None and schema.task == "clustering":
            return [NodeProblem("Groups are compared by a target, and clusters have none.", "group_column", "warning")]
        return []

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Predict the rows of the split and compute every metric of the task, of each class and of each group."""
        from modelyard.models.scoring import baseline_of, score

        given = model_value(inputs)
        rows, split = scored_rows(given, self.split)
        prepared, chain = given.prepared.get(), given.chain
        prediction = chain.engine.predict(chain.fitted, rows.frame)
        work.report(0.2, "Fitting the baseline")
        boosting = baseline_of(chain, prepared, seed=int(given.draft.get("parameters", {}).get("seed", 0)))
        metrics = score(chain, prepared, split, prediction=prediction, boosting=boosting, quantile=self.quantile)
        reports = self._reports(given, rows, split, prediction) if chain.fitted.task != "clustering" else []
        return Outcome(
            metrics=[metric.model_dump(mode="json") for metric in metrics],
            reports=[report.model_dump(mode="json") for report in reports],
            notes=boosting.notes,
        )

    def _reports(self, given: ModelValue, rows: Table, split: SplitName, prediction: "Prediction") -> "list[Report]":
        from modelyard.models.metrics.evaluate import scored_as
        from modelyard.models.metrics.report import class_report, group_report
        from modelyard.models.metrics.scored import Classified
        from modelyard.models.metrics.scored import scored_rows as with_target

        task, target = given.chain.fitted.task, rows.target()
        scored = scored_as(task, target, prediction, given.prepared.get().rows("train").target())
        found = [class_report(scored, split=split)] if isinstance(scored, Classified) and scored.n else []
        if self.group_column is not None and scored.n:
            source = (given.raw.get() if given.raw is not None else given.prepared.get()).rows(split)
            if self.group_column not in source.frame.columns:
                raise Invalid(
                    f"The dataset has no column {self.group_column!r}.", hint="Choose another group column in Evaluate."
                )
            groups = source.frame.get_column(self.group_column).filter(with_target(target, task=task))
            found.append(group_report(scored, groups, split=split))
        return found

    def code(self) -> str:
        """Score with scikit-learn."""
        return f"""rows = frame.filter(split == {self.split!r})
if task != "clustering":
    rows = rows.filter(pl.col(target).is_not_null())
x = matrix(rows, features, categories)
predicted = estimator.predict(x)
if task == "clustering":
    kept = predicted >= 0
    scores = {{
        "silhouette": silhouette_score(x[kept], predicted[kept]),
        "davies_bouldin": davies_bouldin_score(x[kept], predicted[kept]),
    }}
elif task == "classification":
    actual = rows[target].to_numpy()
    scores = {{"accuracy": accuracy_score(actual, predicted), "f1_macro": f1_score(actual, predicted, average="macro")}}
else:
    actual = rows[target].to_numpy()
    scores = {{"r2": r2_score(actual, predicted), "rmse": root_mean_squared_error(actual, predicted)}}
print(json.dumps(scores))"""


def model_value(inputs: dict[str, Value]) -> ModelValue:
    """Return the model at the `model` port."""
    given = inputs["model"]
    if not isinstance(given, ModelValue):
        raise TypeError(f"a model was expected, not {type(given).__name__}")
    return given


def scored_rows(given: ModelValue, split: SplitName) -> tuple[Table, SplitName]:
    """Return the prepared rows of one part, and its name; raise Invalid when there are none.

    Clusters need no rows set aside: without a split, all rows are looked at.
    """
    prepared = given.prepared.get()
    rows = prepared.rows(split)
    if rows.n_rows == 0 and given.chain.fitted.task == "clustering" and prepared.split is None:
        return prepared.rows("train"), "train"
    if rows.n_rows == 0:
        raise Invalid(f"There are no {split} rows.", hint=f"Give the split node a {split} fraction above 0.")
    return rows, split
