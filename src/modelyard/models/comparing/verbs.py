"""What can be asked of several models at once: side by side, paired on the same rows, on the same axes."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modelyard.kernel.artifacts import ArtifactCorrupt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.models.comparing.comparison import DIFFERENT_TARGETS, DIFFERENT_TASKS, Comparison, compare
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model

if TYPE_CHECKING:
    from modelyard.models.charts.chart import Chart
    from modelyard.models.comparing.kept import Kept
    from modelyard.models.comparing.paired import Paired

MAX_COMPARED = 20


@dataclass(frozen=True)
class PairedWith:
    """One model against the one that all are compared with."""

    model: Model
    result: "Paired"


def compare_models(ctx: Context, model_ids: Sequence[str]) -> Comparison:
    """Return 2 to MAX_COMPARED models side by side, in the order asked for."""
    return compare(_named(ctx, model_ids))


def paired_tests(ctx: Context, model_ids: Sequence[str], *, against: str | None = None) -> list[PairedWith]:
    """Compare each model with one of them (the first unless said) on the very rows that both were scored on."""
    from modelyard.models.comparing.paired import Paired, paired

    models = _named(ctx, model_ids)
    reference = models[0] if against is None else next((model for model in models if model.id == against), None)
    if reference is None:
        message = "The model to compare with must be one of those named."
        raise Invalid(message, fields=[FieldError(("against",), message)])
    others = [model for model in models if model is not reference]
    base = kept_predictions(ctx, reference)
    found = []
    for model in others:
        reason = _why_not(reference, model)
        own = kept_predictions(ctx, model) if reason is None else ""
        missing = reason or next((each for each in (base, own) if isinstance(each, str)), None)
        if missing is not None or isinstance(base, str) or isinstance(own, str):
            found.append(PairedWith(model, Paired(0, None, unavailable=missing)))
        else:
            found.append(PairedWith(model, paired(base, own)))
    return found


def overlaid_charts(ctx: Context, model_ids: Sequence[str]) -> "list[Chart]":
    """Return the charts of all models on the same axes; none but importance when they are for different targets."""
    from modelyard.models.comparing.overlays import Drawn, importance_overlay, overlays

    models = _named(ctx, model_ids)
    labels = _labels(models)
    importance = importance_overlay({labels[model.id]: model.importance for model in models})
    if models[0].task == "clustering" or any(_why_not(models[0], model) for model in models[1:]):
        return [importance]
    kept = [(model, kept_predictions(ctx, model)) for model in models]
    drawn = [Drawn(labels[model.id], each) for model, each in kept if not isinstance(each, str)]
    return [*(overlays(drawn) if drawn else []), importance]


def _named(ctx: Context, model_ids: Sequence[str]) -> list[Model]:
    ctx.require("models:read")
    wanted = list(dict.fromkeys(model_ids))
    if not 2 <= len(wanted) <= MAX_COMPARED:
        message = f"Name 2 to {MAX_COMPARED} different models."
        raise Invalid(message, fields=[FieldError(("ids",), message)])
    return [get_model(ctx, model_id) for model_id in wanted]


def _labels(models: Sequence[Model]) -> dict[str, str]:
    """Return a name for each model that tells it from the others."""
    if len({model.lineage_id for model in models}) == 1:
        return {model.id: f"version {model.version}" for model in models}
    named = {model.id: f"{model.name}, version {model.version}" for model in models}
    is_clear = len(set(named.values())) == len(named)
    return named if is_clear else {model_id: f"{name} ({model_id[-6:]})" for model_id, name in named.items()}


def _why_not(first: Model, second: Model) -> str | None:
    if first.task != second.task:
        return DIFFERENT_TASKS
    return DIFFERENT_TARGETS if first.target != second.target else None


def kept_predictions(ctx: Context, model: Model) -> "Kept | str":
    """Return what the model predicted for the rows it was scored on, or why that is not there."""
    ctx.require("models:read")
    from modelyard.models.comparing.kept import read_predictions

    if model.task == "clustering":
        return "Clusters have no right answer, so no test can say which are better."
    again = "Run its workflow again."
    if model.predictions_hash is None:
        return f"Version {model.version} of {model.name!r} was trained before predictions were kept. {again}"
    ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=ctx.settings.scratch) as folder:
            return read_predictions(ctx.artifacts, model.predictions_hash, Path(folder))
    except (NotFound, ArtifactCorrupt):
        return f"The predictions kept with version {model.version} of {model.name!r} are gone or damaged. {again}"
