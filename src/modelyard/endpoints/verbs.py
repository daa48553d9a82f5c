"""What can be done with endpoints: create, list, look at, call, read the history, delete."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypedDict, Unpack

from sqlalchemy import Select, delete, func, insert, select, update

from modelyard.access.tables import ApiKey
from modelyard.endpoints.marks import marks_of, sum_of_numbers
from modelyard.endpoints.ownership import visible_endpoints
from modelyard.endpoints.servable import Answers, Servable
from modelyard.endpoints.tables import GOES_WITH_ENDPOINT, Call, CallClass, Endpoint
from modelyard.kernel.context import Context, Scope
from modelyard.kernel.db import Base
from modelyard.kernel.errors import FieldError, Forbidden, Invalid, ModelyardError, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family

MAX_INPUTS = 1000
"""Inputs of one call; more belong in a file."""


@dataclass(frozen=True)
class Streamed:
    """What is known of a streamed answer beside its outputs: columns of Call."""

    session_id: str | None
    first_event_seconds: float | None
    n_input_tokens: int | None
    n_output_tokens: int | None
    cost_usd: float | None


class EndpointChanges(TypedDict, total=False):
    """What can be changed about an endpoint."""

    name: str
    not_sure_below: float | None
    is_public: bool
    public_calls_per_day: int
    calls_kept_days: int | None


def create_endpoint(ctx: Context, servable: Servable, *, name: str, signature: dict[str, Any]) -> Endpoint:
    """Put an endpoint before something that can be called, in the caller's transaction."""
    owner_id = ctx.require(servable.scope)
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


def find_endpoint(ctx: Context, named: str) -> Endpoint:
    """Return the endpoint with this id, or the newest one of this name; raise NotFound."""
    ctx.require("endpoints:read")
    chosen = visible_endpoints(ctx).where((Endpoint.id == named) | (Endpoint.name == named))
    found = ctx.session.scalar(chosen.order_by(Endpoint.id.desc()).limit(1))
    if found is None:
        raise _absent(ctx, named)
    return found


def require_endpoint(ctx: Context, endpoint_id: str) -> None:
    """Raise NotFound when there is no such endpoint, Forbidden when the key is for another one."""
    ctx.require("endpoints:call")
    if ctx.session.scalar(_only(ctx, endpoint_id, Endpoint.id)) is None:
        raise _absent(ctx, endpoint_id)


def callable_endpoint(ctx: Context, endpoint_id: str) -> Endpoint:
    """Return one endpoint to whoever may call it; raise NotFound, Forbidden when the key is for another one."""
    ctx.require("endpoints:call")
    return _find(ctx, endpoint_id)


def change_endpoint(ctx: Context, endpoint_id: str, **changes: Unpack[EndpointChanges]) -> Endpoint:
    """Change what is given; a public page that is switched off is gone with this transaction."""
    ctx.require("endpoints:write")
    endpoint = _find(ctx, endpoint_id)
    if "name" in changes:
        endpoint.name, endpoint.has_own_name = _named(changes["name"]), True
    if "not_sure_below" in changes:
        endpoint.not_sure_below = changes["not_sure_below"]
    endpoint.is_public = changes.get("is_public", endpoint.is_public)
    endpoint.public_calls_per_day = changes.get("public_calls_per_day", endpoint.public_calls_per_day)
    if "calls_kept_days" in changes:
        endpoint.calls_kept_days = changes["calls_kept_days"]
    return endpoint


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Invalid("An endpoint needs a name.", fields=[FieldError(("name",), "An endpoint needs a name.")])
    return cleaned


def rename_endpoint(ctx: Context, endpoint_id: str, name: str) -> Endpoint:
    """Give the endpoint the name of what it serves, unless a person named it."""
    endpoint = _find(ctx, endpoint_id)
    ctx.require(_scope_of(endpoint))
    if not endpoint.has_own_name:
        endpoint.name = name
    return endpoint


def serve(ctx: Context, endpoint_id: str, servable: Servable, *, name: str, signature: dict[str, Any]) -> Endpoint:
    """Put the endpoint before something else, in the caller's transaction; address, own name, keys and calls stay."""
    ctx.require(servable.scope)
    endpoint = _find(ctx, endpoint_id)
    endpoint.servable = servable.model_dump(mode="json")
    endpoint.servable_kind, endpoint.servable_id = servable.kind_name(), servable.subject
    endpoint.signature = signature
    if not endpoint.has_own_name:
        endpoint.name = name
    ctx.session.flush()
    return endpoint


def count_what_goes(ctx: Context, endpoint_id: str) -> dict[str, int]:
    """Return by name how many things that people made go with the endpoint, of whatever room; calls are not among them.

    What there is none of is left out.
    """
    ctx.require("endpoints:read")
    endpoint = _find(ctx, endpoint_id)
    named = {table: table.info[GOES_WITH_ENDPOINT] for table in Base.metadata.tables.values() if table.info}
    counts = {
        name: ctx.session.scalar(select(func.count()).select_from(table).where(table.c.endpoint_id == endpoint.id)) or 0
        for table, name in named.items()
    }
    return {name: n for name, n in counts.items() if n}


def delete_endpoint(ctx: Context, endpoint_id: str) -> None:
    """Remove the endpoint, its keys and the history of its calls."""
    endpoint = _find(ctx, endpoint_id)
    ctx.require(_scope_of(endpoint))
    ctx.session.execute(delete(Call).where(Call.endpoint_id == endpoint.id))
    ctx.session.execute(delete(ApiKey).where(ApiKey.bound_to == endpoint.id))
    ctx.session.delete(endpoint)
    ctx.session.flush()


@dataclass(frozen=True)
class Served:
    """What answers an endpoint's calls, and the probability below which its answers are not sure."""

    servable: Servable
    not_sure_below: float | None


def served(ctx: Context, endpoint_id: str, *, version: int | None = None) -> Served:
    """Return what answers the endpoint's calls, or the version asked for; raise NotFound, or Invalid at `version`."""
    ctx.require("endpoints:call")
    columns = (Endpoint.servable, Endpoint.not_sure_below)
    found = ctx.session.execute(_only(ctx, endpoint_id, *columns)).first()
    if found is None:
        raise _absent(ctx, endpoint_id)
    servable: Servable = family("servable").parse(found.servable)
    asked = servable if version in (None, servable.served_version) else servable.at(ctx, version)
    return Served(asked, found.not_sure_below)


def answer_call(ctx: Context, servable: Servable, inputs: Sequence[dict[str, Any]]) -> Answers:
    """Return the answer to each input; writes nothing. Raises Invalid with paths ["inputs", i, column]."""
    ctx.require("endpoints:call")
    require_inputs(inputs)
    return servable.answer(ctx, inputs)


def require_inputs(inputs: Sequence[dict[str, Any]]) -> None:
    """Raise Invalid for a call without inputs, or with more than one call may have."""
    if not 1 <= len(inputs) <= MAX_INPUTS:
        message = f"A call has 1 to {MAX_INPUTS:,} inputs; this one has {len(inputs):,}."
        hint = "Send more rows in several calls, or use `modelyard predict` for a file."
        raise Invalid(message, hint=hint, fields=[FieldError(("inputs",), message)])


def record_call(
    ctx: Context,
    endpoint_id: str,
    inputs: Sequence[dict[str, Any]],
    *,
    answers: Answers | None,
    latency_seconds: float,
    version: int | None = None,
    error: ModelyardError | None = None,
    streamed: Streamed | None = None,
) -> Call:
    """Keep one call in the history, answered or not; `streamed` is known of an answer that came in pieces."""
    ctx.require("endpoints:call")
    mine = Endpoint.id.in_(_only(ctx, endpoint_id, Endpoint.id))
    counted = update(Endpoint).where(mine).values(n_calls=Endpoint.n_calls + 1).returning(Endpoint.id)
    if ctx.session.scalar(counted, execution_options={"synchronize_session": False}) is None:
        raise _absent(ctx, endpoint_id)
    now, outputs = ctx.clock(), answers.outputs if answers is not None else []
    kept = list(inputs)[:MAX_INPUTS]
    call = Call(
        id=new_id("cl", at=now),
        endpoint_id=endpoint_id,
        actor_name=ctx.actor.name[:200],
        version=version,
        status="succeeded" if error is None else "failed",
        inputs=kept,
        outputs=outputs,
        warnings=answers.warnings if answers is not None else [],
        latency_seconds=latency_seconds,
        error={"error": error.code, "detail": error.message, "hint": error.hint} if error is not None else None,
        created_at=now,
        n_inputs=len(kept),
        sum_predictions=sum_of_numbers(outputs),
        **(asdict(streamed) if streamed else {}),
    )
    ctx.session.add(call)
    ctx.session.flush()
    if marks := [{"endpoint_id": endpoint_id, "call_id": call.id, **asdict(mark)} for mark in marks_of(outputs)]:
        ctx.session.execute(insert(CallClass), marks)
    return call


def count_calls(ctx: Context, endpoint_id: str, *, version: int | None = None) -> int:
    """Return how many calls of the endpoint are kept, all or those that one version answered."""
    endpoint = get_endpoint(ctx, endpoint_id)
    query = select(func.count()).select_from(Call).where(Call.endpoint_id == endpoint.id)
    return ctx.session.scalar(query.where(Call.version == version) if version is not None else query) or 0


def _find(ctx: Context, endpoint_id: str) -> Endpoint:
    endpoint = ctx.session.scalar(visible_endpoints(ctx).where(Endpoint.id == endpoint_id))
    if endpoint is None:
        raise _absent(ctx, endpoint_id)
    return endpoint


def _scope_of(endpoint: Endpoint) -> Scope:
    """Return what an actor needs to change whether there is an endpoint before what this one serves."""
    kind = family("servable").get(endpoint.servable_kind)
    return Servable.scope if kind is None else kind.scope


def _only(ctx: Context, endpoint_id: str, *columns: Any) -> Select[Any]:
    # A call reads what it needs and no more: it is counted in milliseconds.
    return visible_endpoints(ctx).where(Endpoint.id == endpoint_id).with_only_columns(*columns)


def _absent(ctx: Context, endpoint_id: str) -> ModelyardError:
    bound_to = ctx.actor.bound_to
    if bound_to is None or bound_to == endpoint_id:
        return NotFound(f"There is no endpoint {endpoint_id!r}.")
    hint = f"Use it at /api/v1/endpoints/{bound_to}/calls, or ask for a key of the endpoint that you want."
    return Forbidden("This API key is for another endpoint.", hint=hint)
