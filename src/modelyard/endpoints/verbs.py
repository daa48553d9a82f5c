"""What can be done with endpoints: create, list, look at, call, read the history, delete."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.servable import Answers, Servable
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, ModelyardError, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family

MAX_INPUTS = 1000
"""Inputs of one call; more belong in a file."""


def create_endpoint(ctx: Context, servable: Servable, *, name: str, signature: dict[str, Any]) -> Endpoint:
    """Put an endpoint before something that can be called, in the caller's transaction."""
    owner_id = ctx.require("models:write")
    endpoint = Endpoint(
        id=new_id("ep"),
        owner_id=owner_id,
        name=name,
        servable=servable.model_dump(mode="json"),
        servable_kind=servable.kind_name(),
        servable_id=servable.subject,
        signature=signature,
        n_calls=0,
        created_at=ctx.clock(),
    )
    ctx.session.add(endpoint)
    ctx.session.flush()
    return endpoint


def list_endpoints(ctx: Context, *, limit: int = 50, cursor: str | None = None) -> list[Endpoint]:
    """Return endpoints, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("endpoints:read")
    query = visible_endpoints(ctx)
    if cursor:
        query = query.where(Endpoint.id < cursor)
    return list(ctx.session.scalars(query.order_by(Endpoint.id.desc()).limit(limit)))


def get_endpoint(ctx: Context, endpoint_id: str) -> Endpoint:
    """Return one endpoint; raise NotFound."""
    ctx.require("endpoints:read")
    return _find(ctx, endpoint_id)


def rename_endpoint(ctx: Context, endpoint_id: str, name: str) -> Endpoint:
    """Give the endpoint the name of what it serves."""
    ctx.require("models:write")
    endpoint = _find(ctx, endpoint_id)
    endpoint.name = name
    return endpoint


def serve(ctx: Context, endpoint_id: str, servable: Servable, *, name: str, signature: dict[str, Any]) -> Endpoint:
    """Put the endpoint before something else, in the caller's transaction; its address, keys and calls stay."""
    ctx.require("models:write")
    endpoint = _find(ctx, endpoint_id)
    endpoint.servable = servable.model_dump(mode="json")
    endpoint.servable_kind, endpoint.servable_id = servable.kind_name(), servable.subject
    endpoint.name, endpoint.signature = name, signature
    ctx.session.flush()
    return endpoint


def delete_endpoint(ctx: Context, endpoint_id: str) -> None:
    """Remove the endpoint and the history of its calls."""
    ctx.require("models:write")
    endpoint = _find(ctx, endpoint_id)
    ctx.session.execute(delete(Call).where(Call.endpoint_id == endpoint.id))
    ctx.session.delete(endpoint)
    ctx.session.flush()


def served(ctx: Context, endpoint_id: str, *, version: int | None = None) -> Servable:
    """Return what answers the endpoint's calls, or the version asked for; raise NotFound, or Invalid at `version`."""
    ctx.require("endpoints:call")
    document: dict[str, Any] | None = ctx.session.scalar(_only(ctx, endpoint_id, Endpoint.servable))
    if document is None:
        raise _absent(endpoint_id)
    servable: Servable = family("servable").parse(document)
    return servable if version in (None, servable.served_version) else servable.at(ctx, version)


def answer_call(ctx: Context, servable: Servable, inputs: Sequence[dict[str, Any]]) -> Answers:
    """Return the answer to each input; writes nothing. Raises Invalid with paths ["inputs", i, column]."""
    ctx.require("endpoints:call")
    if not 1 <= len(inputs) <= MAX_INPUTS:
        message = f"A call has 1 to {MAX_INPUTS:,} inputs; this one has {len(inputs):,}."
        hint = "Send more rows in several calls, or use `modelyard predict` for a file."
        raise Invalid(message, hint=hint, fields=[FieldError(("inputs",), message)])
    return servable.answer(ctx, inputs)


def record_call(
    ctx: Context,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    *,
    answers: Answers | None,
    latency_seconds: float,
    version: int | None = None,
    error: ModelyardError | None = None,
) -> Call:
    """Keep one call in the history, answered or not."""
    ctx.require("endpoints:call")
    if ctx.session.scalar(_only(ctx, endpoint_id, Endpoint.id)) is None:
        raise _absent(endpoint_id)
    call = Call(
        id=new_id("cl"),
        endpoint_id=endpoint_id,
        actor_name=ctx.actor.name[:200],
        version=version,
        status="succeeded" if error is None else "failed",
        inputs=list(inputs)[:MAX_INPUTS],
        outputs=answers.outputs if answers is not None else [],
        warnings=answers.warnings if answers is not None else [],
        latency_seconds=latency_seconds,
        error={"error": error.code, "detail": error.message, "hint": error.hint} if error is not None else None,
        created_at=ctx.clock(),
    )
    ctx.session.add(call)
    counted = update(Endpoint).where(Endpoint.id == endpoint_id).values(n_calls=Endpoint.n_calls + 1)
    ctx.session.execute(counted, execution_options={"synchronize_session": False})
    ctx.session.flush()
    return call


def list_calls(ctx: Context, endpoint_id: str, *, limit: int = 50, cursor: str | None = None) -> list[Call]:
    """Return the endpoint's calls, newest first; `cursor` is the id of the last one already seen."""
    endpoint = get_endpoint(ctx, endpoint_id)
    query = select(Call).where(Call.endpoint_id == endpoint.id)
    if cursor:
        query = query.where(Call.id < cursor)
    return list(ctx.session.scalars(query.order_by(Call.id.desc()).limit(limit)))


def count_calls(ctx: Context, endpoint_id: str, *, version: int | None = None) -> int:
    """Return how many calls of the endpoint are kept, all or those that one version answered."""
    endpoint = get_endpoint(ctx, endpoint_id)
    query = select(func.count()).select_from(Call).where(Call.endpoint_id == endpoint.id)
    return ctx.session.scalar(query.where(Call.version == version) if version is not None else query) or 0


def _find(ctx: Context, endpoint_id: str) -> Endpoint:
    endpoint = ctx.session.scalar(visible_endpoints(ctx).where(Endpoint.id == endpoint_id))
    if endpoint is None:
        raise _absent(endpoint_id)
    return endpoint


def _only(ctx: Context, endpoint_id: str, column: Any) -> Select[Any]:
    # A call reads what it needs and no more: it is counted in milliseconds.
    return visible_endpoints(ctx).where(Endpoint.id == endpoint_id).with_only_columns(column)


def _absent(endpoint_id: str) -> NotFound:
    return NotFound(f"There is no endpoint {endpoint_id!r}.")
