"""What can be done with models: register, list, look at, rename, compare, download, delete."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from modelyard.endpoints.verbs import create_endpoint, delete_endpoint, rename_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, ModelyardError, NotFound
from modelyard.kernel.ids import new_id
from modelyard.models.ownership import visible_models
from modelyard.models.servable import ModelServable
from modelyard.models.tables import Model

log = structlog.get_logger()

MAX_NAME_LENGTH = 200
MAX_COMPARED = 8
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
) -> Model:
    """Register a trained model and give it an endpoint, in the caller's transaction.

    `draft` is a document of `models.draft.ModelDraft`; its artifact must be in the store.
    """
    owner_id = ctx.require("models:write")
    if not ctx.artifacts.exists(draft["artifact_hash"]):
        raise NotFound("The model's file is not in the store.", hint="Run the workflow again.")
    model_id = new_id("md")
    name = _clean_name(draft["name"]) or "Model"
    endpoint = create_endpoint(ctx, ModelServable(model=model_id), name=name, signature=draft["signature"])
    model = Model(
        id=model_id,
        owner_id=owner_id,
        name=name,
        **{field: draft[field] for field in _FROM_DRAFT},
        dataset_id=dataset_id,
        dataset_name=dataset_name,
        dataset_hash=dataset_hash,
        workflow_id=workflow_id,
        workflow_version=workflow_version,
        run_id=run_id,
        endpoint_id=endpoint.id,
        created_at=ctx.clock(),
    )
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
    """Give the model another name."""
    ctx.require("models:write")
    model = get_model(ctx, model_id)
    cleaned = _clean_name(name)
    if not cleaned:
        raise Invalid("A model needs a name.", fields=[FieldError(("name",), "A model needs a name.")])
    model.name = cleaned
    if model.endpoint_id is not None:
        rename_endpoint(ctx, model.endpoint_id, cleaned)
    return model


def delete_model(ctx: Context, model_id: str) -> None:
    """Remove the model, its endpoint with all calls, and its file when no other model has the same."""
    ctx.require("models:write")
    model = get_model(ctx, model_id)
    digest, endpoint_id = model.artifact_hash, model.endpoint_id
    ctx.session.delete(model)
    ctx.session.flush()
    if endpoint_id is not None:
        delete_endpoint(ctx, endpoint_id)
    if ctx.session.scalar(select(Model.id).where(Model.artifact_hash == digest).limit(1)) is None:
        _forget_after_commit(ctx, digest)


def compare_models(ctx: Context, model_ids: Sequence[str]) -> list[Model]:
    """Return models to set side by side, in the order asked for."""
    ctx.require("models:read")
    wanted = list(dict.fromkeys(model_ids))
    if not 2 <= len(wanted) <= MAX_COMPARED:
        message = f"Name 2 to {MAX_COMPARED} different models."
        raise Invalid(message, fields=[FieldError(("ids",), message)])
    return [get_model(ctx, model_id) for model_id in wanted]


def fetch_model_file(ctx: Context, model_id: str, folder: Path) -> Path:
    """Copy the model's file into `folder` and return its path; the bytes are verified."""
    ctx.require("models:read")
    return ctx.artifacts.fetch(get_model(ctx, model_id).artifact_hash, folder)


def _clean_name(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH].strip()


def _forget_after_commit(ctx: Context, digest: str) -> None:
    artifacts = ctx.artifacts

    @event.listens_for(ctx.session, "after_commit", once=True)
    def forget(_session: Session) -> None:
        try:
            artifacts.delete(digest)
        except (ModelyardError, OSError) as error:
            # The row is gone already: what is left is unreachable bytes, not a wrong answer.
            log.warning("artifact not deleted", hash=digest, error=str(error))
