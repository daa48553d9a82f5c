"""The node that draws how a model does."""

from typing import Any, ClassVar, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import SplitName
from modelyard.kernel.kinds import Parameter
from modelyard.workflows.node import MODEL_IN, Node, NodeProblem, Port
from modelyard.workflows.nodes.evaluate import model_value, scored_rows
from modelyard.workflows.values import Outcome, Value, Work

ChartName = Literal[
    "confusion_matrix",
    "roc",
    "precision_recall",
    "calibration",
    "class_distribution",
    "predicted_actual",
    "residuals",
    "residual_histogram",
    "importance",
]
_BY_TASK: dict[str, frozenset[str]] = {
    "classification": frozenset({"confusion_matrix", "roc", "precision_recall", "calibration", "class_distribution"}),
    "regression": frozenset({"predicted_actual", "residuals", "residual_histogram"}),
}


class Visualise(Node):
    """Draw how the model does on rows that it has not learned from, and what it looks at.

    For classes: confusion matrix, ROC and precision-recall curves, calibration, class distribution. For numbers:
    predicted against actual, residuals and their histogram. For both: the importance of each column. A chart that
    cannot be drawn says why.
    """

    title: ClassVar[str] = "Visualise"
    group: ClassVar[str] = "evaluate"
    icon: ClassVar[str] = "chart-line"
    inputs: ClassVar[tuple[Port, ...]] = (MODEL_IN,)
    outputs: ClassVar[tuple[Port, ...]] = ()
    in_model: ClassVar[bool] = False
    telling: ClassVar[tuple[str, ...]] = ("charts", "split")

    kind: Literal["visualise"] = "visualise"
    charts: tuple[ChartName, ...] | None = Parameter(
        None, description="The charts to draw; empty means every one that suits the task.", max_length=9
    )
    split: SplitName = Parameter("test", description="The rows to draw.")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Charts must suit the task."""
        unsuited = _BY_TASK["regression" if schema.task == "classification" else "classification"]
        return [
            NodeProblem(f"The chart {name!r} is not for {schema.task}.", f"charts.{index}", "warning")
            for index, name in enumerate(self.charts or ())
            if schema.task is not None and name in unsuited
        ]

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Predict the rows of the split and draw the charts."""
        from modelyard.models.charts import evaluation_charts

        given = model_value(inputs)
        rows = scored_rows(given, self.split)
        prediction = given.chain.engine.predict(given.chain.fitted, rows.frame)
        drawn = evaluation_charts(rows.target(), prediction, task=given.chain.fitted.task, split=self.split)
        charts = [chart.model_dump(mode="json") for chart in drawn]
        charts += [chart for chart in given.draft["charts"] if _is_importance(chart)]
        return Outcome(charts=[chart for chart in charts if self._is_wanted(chart)])

    def _is_wanted(self, chart: dict[str, Any]) -> bool:
        if self.charts is None:
            return True
        return chart["kind"] in self.charts or ("importance" in self.charts and _is_importance(chart))

    def code(self) -> str:
        """Charts are left to the reader's notebook."""
        return ""


def _is_importance(chart: dict[str, Any]) -> bool:
    return "importance" in str(chart["kind"])
