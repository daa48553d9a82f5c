"""The node that draws how a model does."""

from typing import Any, ClassVar, Literal, get_args

from modelyard.data.columns import Schema
from modelyard.data.frames import SplitName
from modelyard.kernel.kinds import Parameter
from modelyard.models.charts.catalogue import CHARTS, ChartName, wanted_charts
from modelyard.workflows.node import MODEL_IN, Node, NodeProblem, Port
from modelyard.workflows.nodes.evaluate import model_value, scored_rows
from modelyard.workflows.values import ModelValue, Outcome, Value, Work


class Visualise(Node):
    """Draw how the model does on rows that it has not learned from, and what it looks at.

    - Classes: confusion matrix, scores by class, ROC and precision-recall curves, calibration, threshold and cost (with
      sliders), gain, lift, class distribution.
    - Numbers: predicted against actual, residuals in three views.
    - Clusters: the rows on the plane of their principal components, sizes, silhouette, elbow.
    - What the model looks at: the engine's own importance and that by shuffling, contributions of the features (SHAP)
      over many rows and for single ones, partial dependence.
    - The columns: which go together, where values are missing.

    The learning curve fits the engine five times again, so it is drawn only when it is chosen. Importance by shuffling
    and partial dependence change the columns of the dataset and prepare them again, where that gives the same rows;
    else they change the prepared columns. A chart that cannot be drawn says why.
    """

    title: ClassVar[str] = "Visualise"
    group: ClassVar[str] = "evaluate"
    icon: ClassVar[str] = "chart-line"
    inputs: ClassVar[tuple[Port, ...]] = (MODEL_IN,)
    outputs: ClassVar[tuple[Port, ...]] = ()
    in_model: ClassVar[bool] = False
    version: ClassVar[int] = 2
    telling: ClassVar[tuple[str, ...]] = ("charts", "split")

    kind: Literal["visualise"] = "visualise"
    charts: tuple[ChartName, ...] | None = Parameter(
        None,
        description="The charts to draw; empty means every one that suits the task, without the learning curve.",
        max_length=len(get_args(ChartName)),
    )
    split: SplitName = Parameter("test", description="The rows to draw.")

    def problems(self, schema: Schema) -> list[NodeProblem]:
        """Charts must suit the task."""
        return [
            NodeProblem(f"The chart {name!r} is not for {schema.task}.", f"charts.{index}", "warning")
            for index, name in enumerate(self.charts or ())
            if schema.task is not None and schema.task not in CHARTS[name].tasks
        ]

    def execute(self, inputs: dict[str, Value], work: Work) -> Outcome:
        """Draw the charts; those that the model was registered with are taken as they are."""
        from modelyard.models.charts.catalogue import draw
        from modelyard.models.charts.subject import Subject

        given = model_value(inputs)
        _, split = scored_rows(given, self.split)
        wanted = wanted_charts(given.chain.fitted.task, self.charts)
        known = _drawn_before(given, split)
        seed = int(given.draft.get("parameters", {}).get("seed", 0))
        raw = given.raw.get() if given.raw is not None else None
        subject = Subject(given.chain, given.prepared.get(), raw, split, seed)
        charts: list[dict[str, Any]] = []
        for done, name in enumerate(wanted):
            work.report(done / len(wanted), CHARTS[name].title)
            charts += known.get(name) or [chart.model_dump(mode="json") for chart in draw(subject, [name])]
        return Outcome(charts=charts)

    def code(self) -> str:
        """Charts are left to the reader's notebook."""
        return ""


def _drawn_before(given: ModelValue, split: SplitName) -> dict[str, list[dict[str, Any]]]:
    """Return the charts of the model's draft by kind, when they are of the same rows."""
    from modelyard.models.scoring import scored_split

    if split != scored_split(given.prepared.get()):
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for chart in given.draft.get("charts", []):
        if chart.get("spec") is not None:
            found.setdefault(chart["kind"], []).append(chart)
    return found
