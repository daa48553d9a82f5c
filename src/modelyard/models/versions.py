"""Versions of a model: numbered, one of them served by the endpoint, promoted and rolled back with a history."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from modelyard.endpoints.verbs import create_endpoint, serve
from modelyard.kernel.context import Context
from modelyard.kernel.db import take_turns
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.ids import new_id
from modelyard.models.ownership import visible_lineages, visible_models
from modelyard.models.servable import ModelServable
from modelyard.models.tables import Lineage, Model, Promotion, PromotionCause


@dataclass(frozen=True)
class Versions:
    """A lineage with its versions, the newest first, and every change of what is served, the latest first."""

    lineage: Lineage
    models: Sequence[Model]
    promotions: Sequence[Promotion]

    @property
    def promoted(self) -> Model | None:
        """The version that the endpoint serves."""
        return next((model for model in self.models if model.is_promoted), None)

    @property
    def before(self) -> Model | None:
        """The version that a roll back would serve: the one served before, and not deleted meanwhile."""
        there = {model.id: model for model in self.models if not model.is_promoted}
        return next((there[model_id] for model_id in reversed(_trail(self.promotions)) if model_id in there), None)


@dataclass(frozen=True)
class LineageInList:
    """A lineage as lists show it: the version that is served and the newest one."""

    lineage: Lineage
    promoted: Model
    newest: Model
    n_versions: int


def list_lineages(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[LineageInList]:
    """Return lineages with a version whose name holds `search`, the last trained first.

    `cursor` is the id of the newest version of the last lineage already seen.
    """
    ctx.require("models:read")
    newest_id = func.max(Model.id)
    query = visible_models(ctx).with_only_columns(Model.lineage_id, newest_id, func.count())
    if search:
        named = visible_models(ctx).where(Model.name.icontains(search, autoescape=True))
        query = query.where(Model.lineage_id.in_(named.with_only_columns(Model.lineage_id)))
    query = query.group_by(Model.lineage_id)
    if cursor:
        query = query.having(newest_id < cursor)
    found = ctx.session.execute(query.order_by(newest_id.desc()).limit(limit)).all()
    lineage_ids = [lineage_id for lineage_id, _newest, _n in found]
    lineages = {row.id: row for row in ctx.session.scalars(visible_lineages(ctx).where(Lineage.id.in_(lineage_ids)))}
    wanted = {newest for _id, newest, _n in found} | {row.promoted_id for row in lineages.values()}
    models = {row.id: row for row in ctx.session.scalars(visible_models(ctx).where(Model.id.in_(wanted)))}
    return [
        LineageInList(lineage, models[lineage.promoted_id], models[newest], n_versions)
        for lineage_id, newest, n_versions in found
        for lineage in [lineages[lineage_id]]
    ]


def versions_of(ctx: Context, model_id: str) -> Versions:
    """Return all versions beside this one; raise NotFound."""
    ctx.require("models:read")
    lineage = _lineage_of(ctx, model_id)
    models = visible_models(ctx).where(Model.lineage_id == lineage.id).order_by(Model.version.desc())
    changes = select(Promotion).where(Promotion.lineage_id == lineage.id).order_by(Promotion.id.desc())
    return Versions(lineage, list(ctx.session.scalars(models)), list(ctx.session.scalars(changes)))


def promote(ctx: Context, model_id: str, *, expected: str | None = None) -> Versions:
    """Let the endpoint serve this version from now on; nothing happens when it does already.

    With `expected`, raise Conflict when another version than that is being served.
    """
    ctx.require("models:write")
    lineage = locked_lineage(ctx, model_id)
    _refuse_if_changed(ctx, lineage, expected)
    model = _version(ctx, lineage, model_id)
    if lineage.promoted_id != model.id:
        set_served(ctx, lineage, model, cause="promote")
    return versions_of(ctx, model.id)


def roll_back(ctx: Context, model_id: str, *, expected: str | None = None) -> Versions:
    """Serve again what the endpoint served before the version of now; deleted versions are passed over.

    `model_id` is any version. With `expected`, raise Conflict when another version than that is being served.
    """
    ctx.require("models:write")
    lineage = locked_lineage(ctx, model_id)
    _refuse_if_changed(ctx, lineage, expected)
    before = versions_of(ctx, model_id).before
    if before is None:
        raise Conflict(
            "There is no earlier version to go back to.",
            hint="No other version was served before, or it was deleted. Promote the version you want instead.",
        )
    set_served(ctx, lineage, before, cause="roll_back")
    return versions_of(ctx, before.id)


def open_lineage(ctx: Context, *, workflow_id: str | None, node_id: str | None) -> Lineage | None:
    """Return the lineage of a workflow's node, locked until the transaction ends, or None when this is its first model.

    Other trainings of the workflow wait from here on, so that two first models do not make two lineages.
    """
    ctx.require("models:write")
    if workflow_id is None or node_id is None:
        return None
    take_turns(ctx.session, f"models of {workflow_id}")
    query = visible_lineages(ctx).where(Lineage.workflow_id == workflow_id, Lineage.node_id == node_id)
    return ctx.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def trained_model(
    ctx: Context, *, workflow_id: str, node_id: str, artifact_hash: str, known_as: str | None
) -> Model | None:
    """Return the version that a node's training stands for, by the bytes of its file, or None when there is none.

    `known_as` is the id that the training was registered by once: a model from before versions has no node.
    """
    ctx.require("models:read")
    same_file = visible_models(ctx).join(Model.lineage).where(Model.artifact_hash == artifact_hash)
    of_node = same_file.where(Lineage.workflow_id == workflow_id, Lineage.node_id == node_id)
    found = ctx.session.scalar(of_node.order_by(Model.id.desc()).limit(1))
    if found is not None or known_as is None:
        return found
    of_before = same_file.where(Lineage.workflow_id == workflow_id, Lineage.node_id.is_(None), Model.id == known_as)
    return ctx.session.scalar(of_before)


def begin_lineage(ctx: Context, model: Model, *, node_id: str | None) -> None:
    """Make the lineage and the endpoint of a first version, and serve it."""
    owner_id = ctx.require("models:write")
    served = ModelServable(model=model.id, version=model.version)
    endpoint = create_endpoint(ctx, served, name=model.name, signature=model.signature)
    model.lineage = Lineage(
        id=new_id("ln"),
        owner_id=owner_id,
        name=None,
        workflow_id=model.workflow_id,
        node_id=node_id,
        endpoint_id=endpoint.id,
        promoted_id=model.id,
        last_version=model.version,
        created_at=ctx.clock(),
    )
    ctx.session.add(model)
    ctx.session.flush()
    _note(ctx, model.lineage, model, "first")


def locked_lineage(ctx: Context, model_id: str) -> Lineage:
    """Return the lineage of a version, locked until the transaction ends; raise NotFound."""
    ctx.require("models:write")
    found = _lineage_of(ctx, model_id)
    query = visible_lineages(ctx).where(Lineage.id == found.id)
    lineage = ctx.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if lineage is None:
        raise _absent(model_id)
    return lineage


def set_served(ctx: Context, lineage: Lineage, model: Model, *, cause: PromotionCause) -> None:
    """Put this version behind the endpoint and note it in the history; the lineage must be locked."""
    ctx.require("models:write")
    lineage.promoted_id = model.id
    if lineage.endpoint_id is not None:
        served = ModelServable(model=model.id, version=model.version)
        serve(ctx, lineage.endpoint_id, served, name=model.name, signature=model.signature)
    _note(ctx, lineage, model, cause)


def _trail(promotions: Sequence[Promotion]) -> list[str]:
    """Return the ids of the versions served up to the one of now; a roll back takes away what it went back over."""
    trail: list[str] = []
    for change in reversed(promotions):
        if change.cause == "roll_back" and change.model_id in trail:
            while trail[-1] != change.model_id:
                trail.pop()
        else:
            trail.append(change.model_id)
    return trail


def _refuse_if_changed(ctx: Context, lineage: Lineage, expected: str | None) -> None:
    if expected is None or lineage.promoted_id == expected:
        return
    served = ctx.session.scalar(visible_models(ctx).where(Model.id == lineage.promoted_id))
    raise Conflict(
        f"Version {served.version if served else '?'} is being served now: somebody changed it meanwhile.",
        hint="Look at the versions again, then choose.",
    )


def _note(ctx: Context, lineage: Lineage, model: Model, cause: PromotionCause) -> None:
    change = Promotion(
        id=new_id("pm"),
        lineage_id=lineage.id,
        model_id=model.id,
        version=model.version,
        cause=cause,
        actor_name=ctx.actor.name[:200],
        created_at=ctx.clock(),
    )
    ctx.session.add(change)
    ctx.session.flush()


def _lineage_of(ctx: Context, model_id: str) -> Lineage:
    of_model = visible_models(ctx).where(Model.id == model_id).with_only_columns(Model.lineage_id)
    lineage = ctx.session.scalar(visible_lineages(ctx).where(Lineage.id.in_(of_model)))
    if lineage is None:
        raise _absent(model_id)
    return lineage


def _version(ctx: Context, lineage: Lineage, model_id: str) -> Model:
    query = visible_models(ctx).where(Model.id == model_id, Model.lineage_id == lineage.id)
    model = ctx.session.scalar(query)
    if model is None:
        raise _absent(model_id)
    return model


def _absent(model_id: str) -> NotFound:
    return NotFound(f"There is no model {model_id!r}.")
