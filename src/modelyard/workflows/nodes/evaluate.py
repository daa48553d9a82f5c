"""The node that scores a model on rows it has not learned from."""

from typing import ClassVar, Literal

from modelyard.data.frames import SplitName, Table
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import MODEL_IN, Node, Port
from modelyard.workflows.values import ModelValue, Outcome, Value, Work


class Evaluate(Node):
    """Score the model on rows that it has not learned from.

    Classification gives accuracy, balanced accuracy, F1, ROC AUC, log loss and more; regression gives R², RMSE, MAE and
    more, each beside what a model without any knowledge would reach. Compare models on validation rows and look at the
    test rows last: whoever chooses by the test rows has learned from them. A metric that cannot be computed, say
    because a class is absent from the test rows, says why.
    """

    title: ClassVar[str] = "Evaluate"
    group: ClassVar[str] = "evaluate"
    icon: ClassVar[str] = "gauge"
    inputs: ClassVar[tuple[Port, ...]] = (MODEL_IN,)
    outputs: ClassVar[tuple[Port, ...]] = ()
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("split",)

    kind: Literal["evaluate"] = "evaluate"
    split: SplitName = Parameter("test", description="The rows to score on.")

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Predict the rows of the split and compute every metric of the task."""
        from modelyard.models.metrics.evaluate import evaluate

        given = model_value(inputs)
        rows = scored_rows(given, self.split)
        prediction = given.chain.engine.predict(given.chain.fitted, rows.frame)
        metrics = evaluate(
            rows.target(),
            prediction,
            task=given.chain.fitted.task,
            split=self.split,
            training_target=given.prepared.get().rows("train").target(),
        )
        return Outcome(metrics=[metric.model_dump(mode="json") for metric in metrics])

    def code(self) -> str:
        """Score with scikit-learn."""
        return f"""rows = frame.filter(split == {self.split!r}).filter(pl.col(target).is_not_null())
predicted = estimator.predict(matrix(rows, features, categories))
actual = rows[target].to_numpy()
if task == "classification":
    scores = {{"accuracy": accuracy_score(actual, predicted), "f1_macro": f1_score(actual, predicted, average="macro")}}
else:
    scores = {{"r2": r2_score(actual, predicted), "rmse": root_mean_squared_error(actual, predicted)}}
print(json.dumps(scores))"""


def model_value(inputs: dict[str, Value]) -> ModelValue:
    """Return the model at the `model` port."""
    given = inputs["model"]
    if not isinstance(given, ModelValue):
        raise TypeError(f"a model was expected, not {type(given).__name__}")
    return given


def scored_rows(given: ModelValue, split: SplitName) -> Table:
    """Return the prepared rows of one part; raise Invalid when there are none."""
    rows = given.prepared.get().rows(split)
    if rows.n_rows == 0:
        raise Invalid(f"There are no {split} rows.", hint=f"Give the split node a {split} fraction above 0.")
    return rows
