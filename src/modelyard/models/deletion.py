"""Deleting a version or a whole lineage: what depends on it is told first, and what serves next is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.endpoints.tables import Endpoint
from modelyard.endpoints.verbs import count_calls, count_what_goes, delete_endpoint, get_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid
from modelyard.kernel.holding import forget_after_commit
from modelyard.models.tables import Lineage, Model
from modelyard.models.verbs import get_model
from modelyard.models.versions import locked_lineage, set_served, versions_of
from modelyard.runs.tables import Run
from modelyard.runs.verbs import visible_runs


@dataclass(frozen=True)
class Dependents:
    """What depends on a version: the endpoint and its calls, the other versions, and what made it (which stays)."""

    model: Model
    others: Sequence[Model]
    """The newest first; one of them can serve next."""
    endpoint: Endpoint | None
    n_calls: int
    """Calls of the endpoint that are kept."""
    n_calls_answered: int
    """Those of them that this version answered."""
    goes: dict[str, int]
    """What people made that goes with the endpoint, by name (corrections): how much of it there is."""
    run: Run | None
    suggested: Model | None
    """What would serve next when nobody chooses otherwise: the version served before, else the newest other one."""


def dependents_of(ctx: Context, model_id: str) -> Dependents:
    """Return what depends on a version, for the question before it is deleted."""
    ctx.require("models:read")
    model = get_model(ctx, model_id)
    versions = versions_of(ctx, model_id)
    others = [other for other in versions.models if other.id != model_id]
    suggested = (versions.before or next(iter(others), None)) if model.is_promoted else None
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == model.run_id)) if model.run_id else None
    if model.endpoint_id is None:
        return Dependents(model, others, None, 0, 0, {}, run, suggested)
    endpoint = get_endpoint(ctx, model.endpoint_id)
    n_answered = count_calls(ctx, endpoint.id, version=model.version)
    goes = count_what_goes(ctx, endpoint.id)
    return Dependents(model, others, endpoint, count_calls(ctx, endpoint.id), n_answered, goes, run, suggested)


def delete_model(ctx: Context, model_id: str, *, serve_next: str | None = None, all_versions: bool = False) -> None:
    """Remove a version; the last one goes with its endpoint and the history of its calls, and so do `all_versions`.

    A version that is being served needs `serve_next`, the id of the version to serve from then on; raise Conflict when
    nothing was chosen, Invalid when the choice is not another version.
    """
    ctx.require("models:write")
    lineage = locked_lineage(ctx, model_id)
    models = list(versions_of(ctx, model_id).models)
    if all_versions or len(models) == 1:
        _delete_lineage(ctx, lineage, models)
        return
    model = next(each for each in models if each.id == model_id)
    if lineage.promoted_id == model.id:
        set_served(ctx, lineage, _next_served(model, models, serve_next), cause="delete")
    ctx.session.delete(model)
    ctx.session.flush()
    _forget_unused(ctx, [model])


def _next_served(model: Model, models: Sequence[Model], serve_next: str | None) -> Model:
    others = {other.id: other for other in models if other.id != model.id}
    numbers = ", ".join(str(other.version) for other in others.values())
    if serve_next is None:
        raise Conflict(
            f"The endpoint serves version {model.version} of {model.name!r}.",
            hint=f"Say which version serves next ({numbers}), or delete all versions with the endpoint.",
        )
    if serve_next not in others:
        message = "What serves next must be another version of the same model."
        raise Invalid(message, hint=f"There are: {numbers}.", fields=[FieldError(("serve_next",), message)])
    return others[serve_next]


def _delete_lineage(ctx: Context, lineage: Lineage, models: Sequence[Model]) -> None:
    endpoint_id = lineage.endpoint_id
    for model in models:
        ctx.session.delete(model)
    ctx.session.flush()
    ctx.session.delete(lineage)
    ctx.session.flush()
    if endpoint_id is not None:
        delete_endpoint(ctx, endpoint_id)
    _forget_unused(ctx, models)


def _forget_unused(ctx: Context, models: Sequence[Model]) -> None:
    """Remove the files of models that are gone, unless another row has the same, once the transaction is through."""
    forget_after_commit(ctx, [digest for model in models for digest in (model.artifact_hash, model.predictions_hash)])
