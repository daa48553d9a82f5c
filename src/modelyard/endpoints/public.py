"""The public page of an endpoint: anyone may try it, within what its owner and the yard allow."""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from typing import Any

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.ownership import visible_public_endpoints
from modelyard.endpoints.quotas import Limit, Standing, take
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard

MAX_PUBLIC_INPUTS = 20
"""Rows of one call on a public page: enough to try it."""
_NAME = "public page"


def public_endpoint(ctx: Context, endpoint_id: str) -> Endpoint:
    """Return an endpoint that has a public page, whoever asks; raise NotFound, also from when it is switched off."""
    found = ctx.session.scalar(visible_public_endpoints().where(Endpoint.id == endpoint_id))
    if found is None:
        raise NotFound(
            "There is no public page here.", hint="It may have been switched off: ask whoever gave you the link."
        )
    return found


def call_public_page(
    yard: Yard, endpoint_id: str, inputs: Sequence[dict[str, Any]], *, address: str, explain: bool = False
) -> tuple[Call, list[Standing]]:
    """Answer and keep a call from the public page; raise LimitReached when all of a day or a minute are used."""
    visitor, standings = admit_visitor(yard, endpoint_id, address=address)
    return call_endpoint(yard, visitor, endpoint_id, inputs, explain=explain), standings


def admit_visitor(yard: Yard, endpoint_id: str, *, address: str) -> tuple[Actor, list[Standing]]:
    """Take a call from what visitors may use, and return who acts for them; raise NotFound and LimitReached."""
    with yard.context(ANONYMOUS) as ctx:
        endpoint = public_endpoint(ctx, endpoint_id)
        per_minute = Limit(
            visitor_name(yard, endpoint_id, address), "calls", ctx.settings.public_calls_per_minute, "minute"
        )
        per_day = Limit(endpoint.id, "calls", endpoint.public_calls_per_day, "day")
        return _visitor_of(endpoint), take(ctx, [(per_minute, 1), (per_day, 1)])


def visitor_at(yard: Yard, endpoint_id: str) -> Actor:
    """Return who acts for visitors of a public page when nothing is called; raise NotFound."""
    with yard.context(ANONYMOUS, writes=False) as ctx:
        return _visitor_of(public_endpoint(ctx, endpoint_id))


def _visitor_of(endpoint: Endpoint) -> Actor:
    """Return who acts for visitors: may call this endpoint in its owner's name and nothing else."""
    return Actor(id=endpoint.owner_id, name=_NAME, scopes=frozenset({"endpoints:call"}), bound_to=endpoint.id)


def visitor_name(yard: Yard, endpoint_id: str, address: str) -> str:
    """Return a name for an address that does not tell it; an IPv6 household, a /64, is one visitor."""
    keyed = f"visitor:{endpoint_id}:{_network(address)}".encode()
    return f"visitor:{hmac.new(yard.secret_key, keyed, hashlib.sha256).hexdigest()[:32]}"


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
