"""What can be done with models: register, list, look at, rename, download."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modelyard.endpoints.verbs import rename_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.kernel.ids import new_id
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.models.versions import begin_lineage, locked_lineage, open_lineage

MAX_NAME_LENGTH = 200
_FROM_DRAFT = (
    "task",
    "engine",
    "target",
    "parameters",
    "signature",
    "metrics",
    "charts",
    "importance",
    "training_profile",
    "environment",
    "notes",
    "steps",
    "n_rows",
    "artifact_hash",
    "size_bytes",
    "seconds",
)
_ABSENT_IN_OLDER_DRAFTS: dict[str, Any] = {
    "findings": [],
    "trials": [],
    "groups": [],
    "limits": [],
    "splitting": None,
    "predictions_hash": None,
    "scored_rows_hash": None,
    "row_seconds": None,
}
"""What a draft kept by an older version does not have, and what stands for it."""


def publish_model(
    ctx: Context,
    draft: Mapping[str, Any],
    *,
    run_id: str | None = None,
    dataset_id: str | None = None,
    dataset_name: str | None = None,
    dataset_hash: str | None = None,
    workflow_id: str | None = None,
    workflow_version: int | None = None,
    node_id: str | None = None,
) -> Model:
    """Register a trained model, in the caller's transaction, as the next version of what this node trained before.

    A first version gets an endpoint that serves it; a later one waits until it is promoted. `draft` is a document of
    `models.draft.ModelDraft`; its artifact must be in the store.
    """
    owner_id = ctx.require("models:write")
    if not ctx.artifacts.exists(draft["artifact_hash"]):
        raise NotFound("The model's file is not in the store.", hint="Run the workflow again.")
    lineage = open_lineage(ctx, workflow_id=workflow_id, node_id=node_id)
    model = Model(
        id=new_id("md"),
        owner_id=owner_id,
        version=lineage.last_version + 1 if lineage else 1,
        name=(lineage.name if lineage else None) or _clean_name(draft["name"]) or "Model",
        **{field: draft[field] for field in _FROM_DRAFT},
        **{field: draft.get(field, absent) for field, absent in _ABSENT_IN_OLDER_DRAFTS.items()},
        dataset_id=dataset_id,
        dataset_name=dataset_name,
        dataset_hash=dataset_hash,
        workflow_id=workflow_id,
        workflow_version=workflow_version,
        run_id=run_id,
        created_at=ctx.clock(),
    )
    if lineage is None:
        begin_lineage(ctx, model, node_id=node_id)
        return model
    lineage.last_version = model.version
    model.lineage = lineage
    ctx.session.add(model)
    ctx.session.flush()
    return model


def list_models(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[Model]:
    """Return models whose name holds `search`, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("models:read")
    query = visible_models(ctx)
    if search:
        query = query.where(Model.name.icontains(search, autoescape=True))
    if cursor:
        query = query.where(Model.id < cursor)
    return list(ctx.session.scalars(query.order_by(Model.id.desc()).limit(limit)))


def get_model(ctx: Context, model_id: str) -> Model:
    """Return one model; raise NotFound."""
    ctx.require("models:read")
    model = ctx.session.scalar(visible_models(ctx).where(Model.id == model_id))
    if model is None:
        raise NotFound(f"There is no model {model_id!r}.")
    return model


def rename_model(ctx: Context, model_id: str, name: str) -> Model:
    """Give the model another name: all its versions, its endpoint, and the versions to come."""
    ctx.require("models:write")
    model = get_model(ctx, model_id)
    cleaned = _clean_name(name)
    if not cleaned:
        raise Invalid("A model needs a name.", fields=[FieldError(("name",), "A model needs a name.")])
    lineage = locked_lineage(ctx, model_id)
    lineage.name = cleaned
    for version in ctx.session.scalars(visible_models(ctx).where(Model.lineage_id == lineage.id)):
        version.name = cleaned
    if lineage.endpoint_id is not None:
        rename_endpoint(ctx, lineage.endpoint_id, cleaned)
    return model


def note_groups(ctx: Context, model_id: str, reports: Sequence[dict[str, Any]]) -> None:
    """Keep how the model does for each group of rows (documents of metrics.report.Report), the latest look at it."""
    ctx.require("models:write")
    get_model(ctx, model_id).groups = list(reports)


def fetch_model_file(ctx: Context, model_id: str, folder: Path) -> Path:
    """Copy the model's file into `folder` and return its path; the bytes are verified."""
    ctx.require("models:read")
    return ctx.artifacts.fetch(get_model(ctx, model_id).artifact_hash, folder)


def _clean_name(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH].strip()
