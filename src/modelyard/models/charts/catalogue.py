"""Every kind of chart by name, and drawing those that are wanted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName
from modelyard.models.charts import (
    classes,
    clusters,
    columns,
    contributions,
    curves,
    dependence,
    importances,
    learning,
    residuals,
    threshold,
)
from modelyard.models.charts.chart import Chart, Spec, Unavailable
from modelyard.models.charts.scene import Scene
from modelyard.models.charts.subject import Subject
from modelyard.models.engine import Prediction

if TYPE_CHECKING:
    import polars as pl

log = structlog.get_logger()

ChartName = Literal[
    "confusion_matrix",
    "class_scores",
    "roc",
    "precision_recall",
    "calibration",
    "threshold",
    "gain",
    "lift",
    "class_distribution",
    "predicted_actual",
    "residuals",
    "residual_histogram",
    "residual_quantiles",
    "cluster_scatter",
    "cluster_sizes",
    "silhouette",
    "elbow",
    "native_importance",
    "permutation_importance",
    "contributions",
    "row_contributions",
    "partial_dependence",
    "learning_curve",
    "correlations",
    "missing_values",
]

_ALL: tuple[Task, ...] = ("classification", "regression", "clustering")
_WITH_TARGET: tuple[Task, ...] = ("classification", "regression")
_CLASSES: tuple[Task, ...] = ("classification",)
_NUMBERS: tuple[Task, ...] = ("regression",)
_CLUSTERS: tuple[Task, ...] = ("clustering",)


@dataclass(frozen=True)
class ChartKind:
    """One kind of chart: what it is called and for which tasks, and how it is drawn.

    `of_scene` draws from predictions alone, `of_model` needs the model too and may give several charts.
    `on_request`: it fits the engine again, so it is drawn only when it is asked for.
    """

    title: str
    tasks: tuple[Task, ...]
    of_scene: Callable[[Scene, str], Spec] | None = None
    of_model: Callable[[Subject, str], Spec | list[Chart]] | None = None
    on_request: bool = False


CHARTS: dict[ChartName, ChartKind] = {
    "confusion_matrix": ChartKind("Confusion matrix", _CLASSES, classes.confusion),
    "class_scores": ChartKind("Precision, recall and F1 by class", _CLASSES, classes.class_scores),
    "roc": ChartKind("ROC curve", _CLASSES, curves.roc),
    "precision_recall": ChartKind("Precision and recall", _CLASSES, curves.precision_recall),
    "calibration": ChartKind("Calibration", _CLASSES, curves.calibration),
    "threshold": ChartKind("Threshold and cost", _CLASSES, threshold.threshold),
    "gain": ChartKind("Cumulative gain", _CLASSES, curves.gain),
    "lift": ChartKind("Lift", _CLASSES, curves.lift),
    "class_distribution": ChartKind("Class distribution", _CLASSES, classes.distribution),
    "predicted_actual": ChartKind("Predicted and actual", _NUMBERS, residuals.predicted_actual),
    "residuals": ChartKind("Residuals", _NUMBERS, residuals.against_predicted),
    "residual_histogram": ChartKind("Distribution of residuals", _NUMBERS, residuals.histogram),
    "residual_quantiles": ChartKind("Residuals against a normal distribution", _NUMBERS, residuals.quantiles),
    "cluster_scatter": ChartKind("Clusters on the plane", _CLUSTERS, of_model=clusters.scatter),
    "cluster_sizes": ChartKind("Sizes of the clusters", _CLUSTERS, of_model=clusters.sizes),
    "silhouette": ChartKind("Silhouette", _CLUSTERS, of_model=clusters.silhouette),
    "elbow": ChartKind("Elbow", _CLUSTERS, of_model=clusters.elbow),
    "native_importance": ChartKind(importances.TITLES["native"], _WITH_TARGET, of_model=importances.native),
    "permutation_importance": ChartKind(
        importances.TITLES["permutation"], _WITH_TARGET, of_model=importances.permutation
    ),
    "contributions": ChartKind("Contributions of the features (SHAP)", _WITH_TARGET, of_model=contributions.summary),
    "row_contributions": ChartKind("Single rows explained (SHAP)", _WITH_TARGET, of_model=contributions.single_rows),
    "partial_dependence": ChartKind("Partial dependence", _WITH_TARGET, of_model=dependence.partial_dependence),
    "learning_curve": ChartKind("Learning curve", _WITH_TARGET, of_model=learning.learning_curve, on_request=True),
    "correlations": ChartKind("Columns that go together", _ALL, of_model=columns.correlations),
    "missing_values": ChartKind("Missing values", _ALL, of_model=columns.missing),
}


def draw(subject: Subject, wanted: Collection[ChartName] | None = None) -> list[Chart]:
    """Return the charts wanted, or every one that suits the task and does not fit again; each is drawn or says why."""
    found: list[Chart] = []
    for name in wanted_charts(subject.chain.fitted.task, wanted):
        found += _drawn(name, subject)
    return found


def wanted_charts(task: Task, wanted: Collection[ChartName] | None) -> list[ChartName]:
    """Return the names to draw in the order of the catalogue."""
    if wanted is None:
        return [name for name, kind in CHARTS.items() if task in kind.tasks and not kind.on_request]
    return [name for name in CHARTS if name in wanted]


def evaluation_charts(
    target: "pl.Series", prediction: Prediction, *, task: Task, split: SplitName, seed: int = 0
) -> list[Chart]:
    """Return the charts that need predictions only; one that cannot be drawn says why."""
    scene = Scene(target, prediction, task, split, seed)
    return [
        _of_scene(name, kind.title, kind.of_scene, scene)
        for name, kind in CHARTS.items()
        if kind.of_scene is not None and task in kind.tasks
    ]


def _drawn(name: ChartName, subject: Subject) -> list[Chart]:
    kind = CHARTS[name]
    task = subject.chain.fitted.task
    if task not in kind.tasks:
        return [Chart(id=name, title=kind.title, kind=name, unavailable=f"This chart is not for {task}.")]
    try:
        if kind.of_scene is not None:
            return [_of_scene(name, kind.title, kind.of_scene, subject.scene)]
        assert kind.of_model is not None
        drawn = kind.of_model(subject, kind.title)
    except Unavailable as reason:
        return [Chart(id=name, title=kind.title, kind=name, unavailable=str(reason))]
    except Exception as error:  # whatever goes wrong in a picture must not cost the model that was trained
        log.exception("chart not drawn", chart=name)
        return [Chart(id=name, title=kind.title, kind=name, unavailable=_fault(error))]
    return drawn if isinstance(drawn, list) else [Chart(id=name, title=kind.title, kind=name, spec=drawn)]


def _fault(error: Exception) -> str:
    return f"A fault of the product, not of your data: {type(error).__name__}: {error}"


def _of_scene(name: ChartName, title: str, make: Callable[[Scene, str], Spec], scene: Scene) -> Chart:
    try:
        if scene.n == 0:
            raise Unavailable(f"There are no {scene.split} rows with a target.")
        return Chart(id=name, title=title, kind=name, spec=make(scene, title))
    except Unavailable as reason:
        return Chart(id=name, title=title, kind=name, unavailable=str(reason))
