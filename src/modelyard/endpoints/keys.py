"""Keys of an endpoint: each opens this endpoint for calls and files and nothing else, within limits of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from modelyard.access.tables import ApiKey
from modelyard.access.verbs import create_key, revoke_key, visible_keys
from modelyard.endpoints.quotas import Limit, used_now
from modelyard.endpoints.tables import EndpointKey
from modelyard.endpoints.verbs import get_endpoint, require_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound


@dataclass(frozen=True)
class KeyOfEndpoint:
    """A key with its limits and what is used of them now."""

    key: ApiKey
    limits: EndpointKey
    n_calls_this_minute: int
    n_rows_today: int


def create_endpoint_key(
    ctx: Context,
    endpoint_id: str,
    *,
    name: str,
    calls_per_minute: int | None = None,
    rows_per_day: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[KeyOfEndpoint, str]:
    """Make a key for this endpoint alone and return it with its secret, which is shown this once."""
    ctx.require("endpoints:write")
    endpoint = get_endpoint(ctx, endpoint_id)
    key, secret = create_key(ctx, name=name, scopes=["endpoints:call"], expires_at=expires_at, bound_to=endpoint.id)
    limits = EndpointKey(
        key_id=key.id, endpoint_id=endpoint.id, calls_per_minute=calls_per_minute, rows_per_day=rows_per_day
    )
    ctx.session.add(limits)
    ctx.session.flush()
    return KeyOfEndpoint(key, limits, 0, 0), secret


def list_endpoint_keys(ctx: Context, endpoint_id: str) -> list[KeyOfEndpoint]:
    """Return the endpoint's keys that are not revoked, newest first, with what is used of their limits."""
    endpoint = get_endpoint(ctx, endpoint_id)
    mine = visible_keys(ctx, bound_to=endpoint.id).join(EndpointKey, EndpointKey.key_id == ApiKey.id)
    rows = ctx.session.execute(mine.add_columns(EndpointKey).order_by(ApiKey.id.desc())).all()
    used = used_now(ctx, [limit for _, limits in rows for limit in limits_of(limits)])
    amounts = {(limit.holder, limit.unit): n for limit, n in used.items()}
    return [
        KeyOfEndpoint(key, limits, amounts.get((key.id, "calls"), 0), amounts.get((key.id, "rows"), 0))
        for key, limits in rows
    ]


def revoke_endpoint_key(ctx: Context, endpoint_id: str, key_id: str) -> None:
    """End a key of this endpoint for good; raise NotFound."""
    ctx.require("endpoints:write")
    revoke_key(ctx, key_id, bound_to=get_endpoint(ctx, endpoint_id).id)


def limits_of_actor(ctx: Context, endpoint_id: str) -> Sequence[Limit]:
    """Return the limits of the key that the actor came with; people and their personal keys have none."""
    ctx.require("endpoints:call")
    if ctx.actor.bound_to is None:
        return ()
    require_endpoint(ctx, endpoint_id)
    found = _limits(ctx, ctx.actor.key_id)
    if found is None:
        raise NotFound("This key is not known any more.", hint="Ask the owner of the endpoint for another one.")
    return limits_of(found)


def rows_of_key(ctx: Context, key_id: str) -> Limit | None:
    """Return the limit of rows that a key of an endpoint has, if there is one and the key is still there."""
    found = _limits(ctx, key_id)
    return next((limit for limit in limits_of(found) if limit.unit == "rows"), None) if found else None


def limits_of(limits: EndpointKey) -> list[Limit]:
    """Return the limits that a key has."""
    found = []
    if limits.calls_per_minute is not None:
        found.append(Limit(limits.key_id, "calls", limits.calls_per_minute, "minute"))
    if limits.rows_per_day is not None:
        found.append(Limit(limits.key_id, "rows", limits.rows_per_day, "day"))
    return found


def _limits(ctx: Context, key_id: str | None) -> EndpointKey | None:
    return ctx.session.scalar(select(EndpointKey).where(EndpointKey.key_id == key_id))
