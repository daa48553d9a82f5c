"""How right an endpoint was since it is deployed, as far as corrections tell, beside what it reached at training."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import case, func

from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.intervals.interval import NoInterval, wilson
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.predictions.corrections.ownership import corrected_model, visible_corrections
from modelyard.predictions.corrections.tables import Correction

MetricName = Literal["accuracy", "mae"]
FEW = 30
"""Fewer corrections than this say little, whatever their interval."""
NONE = "Nothing is corrected or confirmed yet: look at answers, and say of each whether it is right."


@dataclass(frozen=True)
class Measured:
    """A figure over n rows with its 95 % interval."""

    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class AtTraining(Measured):
    """What a version reached when it was trained; `split` names the rows that it was scored on."""

    version: int
    split: str


@dataclass(frozen=True)
class OfVersion(Measured):
    """What the corrections say of one version; `at_training` is None when it is deleted or was not scored so."""

    version: int | None
    at_training: AtTraining | None


@dataclass(frozen=True)
class Accuracy(Measured):
    """Over all versions: the share of right answers, or the mean distance from the right number.

    `n` counts corrections of what was predicted, `n_confirmed` those of them that say it was right. `at_training` is
    that of the version served now.
    """

    metric: MetricName
    n_confirmed: int
    at_training: AtTraining | None
    by_version: Sequence[OfVersion]
    told: str


def accuracy_of(ctx: Context, endpoint_id: str) -> Accuracy:
    """Return how right the endpoint was by its corrections; rows that could not be predicted do not count."""
    ctx.require("endpoints:read")
    endpoint = get_endpoint(ctx, endpoint_id)
    model = corrected_model(ctx, endpoint)
    metric: MetricName = "accuracy" if model.task == "classification" else "mae"
    errors = _errors(ctx, endpoint.id) if metric == "mae" else {}
    hits = _hits(ctx, endpoint.id)
    versions = sorted(hits, key=lambda version: (version is None, -(version or 0)))
    trained = _trained(ctx, model, metric)
    n, n_right = sum(all_ for all_, _ in hits.values()), sum(right for _, right in hits.values())
    whole = _mean([error for found in errors.values() for error in found]) if errors else _share(n_right, n)
    parts = [(version, _mean(errors[version]) if errors else _share(hits[version][1], hits[version][0]))
             for version in versions]  # fmt: skip
    return Accuracy(
        **whole.__dict__,
        metric=metric,
        n_confirmed=n_right,
        at_training=trained.get(model.version),
        by_version=[
            OfVersion(**part.__dict__, version=version, at_training=trained.get(version)) for version, part in parts
        ],
        told=told(metric, n, n_right),
    )


def told(metric: MetricName, n: int, n_right: int) -> str:
    """Return what to think of a figure that comes from n rows which somebody chose."""
    if n == 0:
        return NONE
    if metric == "accuracy" and n_right == 0:
        whose = "The only correction says" if n == 1 else f"All {n:,} corrections say"
        return f"{whose} that an answer was wrong, which tells no accuracy: confirm answers that are right, too."
    sentences = [
        "Somebody chose these rows, so they are no random sample: where mostly wrong answers are looked at, "
        "the endpoint is better than this figure. Confirm or correct rows as they come to know how good it is."
    ]
    if n < FEW:
        sentences.append(f"{n} rows are few; from {FEW} on the figure begins to settle.")
    return " ".join(sentences)


def _hits(ctx: Context, endpoint_id: str) -> dict[int | None, tuple[int, int]]:
    """Return by version how many rows were judged, and how many of them confirmed."""
    judged = visible_corrections(ctx).where(Correction.endpoint_id == endpoint_id, Correction.is_right.is_not(None))
    columns = (Correction.version, func.count(), func.sum(case((Correction.is_right.is_(True), 1), else_=0)))
    rows = ctx.session.execute(judged.with_only_columns(*columns).group_by(Correction.version))
    return {version: (int(n), int(n_right)) for version, n, n_right in rows}


def _errors(ctx: Context, endpoint_id: str) -> dict[int | None, list[float]]:
    judged = visible_corrections(ctx).where(Correction.endpoint_id == endpoint_id, Correction.error.is_not(None))
    found: dict[int | None, list[float]] = {}
    for version, error in ctx.session.execute(judged.with_only_columns(Correction.version, Correction.error)):
        found.setdefault(version, []).append(float(error or 0.0))
    return found


def _share(n_right: int, n: int) -> Measured:
    # Whoever reports faults only has measured nothing: 0 % would be a figure about the person.
    if n_right == 0:
        return Measured(n, None, None, None)
    low, high = wilson(n_right, n)
    return Measured(n, n_right / n, low, high)


def _mean(errors: Sequence[float]) -> Measured:
    import numpy as np

    from modelyard.kernel.intervals.means import interval_of_means, plain_mean

    values = np.asarray(errors)
    try:
        low, high = interval_of_means(plain_mean(values))
    except NoInterval:
        return Measured(len(errors), float(values.mean()), None, None)
    return Measured(len(errors), float(values.mean()), low, high)


def _trained(ctx: Context, model: Model, metric: MetricName) -> dict[int | None, AtTraining]:
    """Return what each version that is still there reached when it was trained."""
    columns = (Model.version, Model.metrics)
    rows = ctx.session.execute(
        visible_models(ctx).where(Model.lineage_id == model.lineage_id).with_only_columns(*columns)
    )
    found = {version: _scored(version, _named(metrics, metric)) for version, metrics in rows}
    return {version: scored for version, scored in found.items() if scored is not None}


def _named(metrics: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """Return the metric of the test rows, else of whichever rows the model was scored on."""
    known = [metric for metric in metrics if metric["name"] == name and metric["value"] is not None]
    return next((metric for metric in known if metric["split"] == "test"), known[0] if known else None)


def _scored(version: int, metric: Mapping[str, Any] | None) -> AtTraining | None:
    if metric is None:
        return None
    low, high = metric.get("interval") or (None, None)
    return AtTraining(metric["n"], metric["value"], low, high, version, metric["split"])
