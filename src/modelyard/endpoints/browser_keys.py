"""Browser keys: what the pages of a web site ask an endpoint with, from the site's own origins and within quotas.

A key stands in public pages, so it is no secret; and whoever is no browser can send any `Origin`. The origins keep
other sites from using the key in their readers' browsers; what a program can take with it is limited by the quotas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from modelyard.access.lifetimes import require_sensible_end
from modelyard.endpoints.ownership import visible_browser_keys
from modelyard.endpoints.public import visitor_name
from modelyard.endpoints.quotas import Limit, Standing, take, used_now
from modelyard.endpoints.readers import Reader
from modelyard.endpoints.servable import answers_in_pieces
from modelyard.endpoints.tables import BrowserKey, Endpoint
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.origins import is_allowed, normalized_origin
from modelyard.kernel.yard import Yard

MAX_KEYS = 50
"""Of one endpoint."""
MAX_ORIGINS = 20
"""Of one key."""
READERS_PER_ADDRESS = 20
"""Readers behind one address, such as a school's; whoever throws the reader token away gets no further than that."""


class OriginRefused(Forbidden):
    """The page that asks is not of an origin that the browser key is bound to."""

    default_hint = "The owner of the endpoint adds the site's origin to the browser key."


@dataclass(frozen=True)
class KeyInUse:
    """A browser key with what is used of its day."""

    key: BrowserKey
    n_questions_today: int


def create_browser_key(
    ctx: Context,
    endpoint_id: str,
    *,
    name: str,
    origins: Sequence[str],
    questions_per_reader_per_day: int,
    questions_per_day: int,
    expires_at: datetime | None = None,
) -> KeyInUse:
    """Make a key that pages of these origins may ask this endpoint with; raise Invalid for an origin too wide."""
    ctx.require("endpoints:write")
    endpoint = get_endpoint(ctx, endpoint_id)
    _require_conversations(endpoint)
    if expires_at is not None:
        require_sensible_end(ctx, expires_at)
    if len(ctx.session.scalars(visible_browser_keys(ctx, endpoint.id)).all()) >= MAX_KEYS:
        raise Conflict(f"There are {MAX_KEYS} browser keys already.", hint="Revoke those that are not used any more.")
    key = BrowserKey(
        id=new_id("mb"),
        endpoint_id=endpoint.id,
        name=name,
        origins=_origins(origins),
        questions_per_reader_per_day=questions_per_reader_per_day,
        questions_per_day=questions_per_day,
        created_at=ctx.clock(),
        expires_at=expires_at,
    )
    ctx.session.add(key)
    ctx.session.flush()
    return KeyInUse(key, 0)


def list_browser_keys(ctx: Context, endpoint_id: str) -> list[KeyInUse]:
    """Return the endpoint's browser keys that are not revoked, newest first, with the questions of today."""
    endpoint = get_endpoint(ctx, endpoint_id)
    keys = ctx.session.scalars(visible_browser_keys(ctx, endpoint.id).order_by(BrowserKey.id.desc())).all()
    used = used_now(ctx, [_per_day(key) for key in keys])
    return [KeyInUse(key, used[_per_day(key)]) for key in keys]


def revoke_browser_key(ctx: Context, endpoint_id: str, key_id: str) -> None:
    """End a browser key for good; raise NotFound."""
    ctx.require("endpoints:write")
    key = ctx.session.scalar(visible_browser_keys(ctx, endpoint_id).where(BrowserKey.id == key_id))
    if key is None:
        raise NotFound(f"There is no browser key {key_id!r}.")
    ctx.session.delete(key)
    ctx.session.flush()


@dataclass(frozen=True)
class BrowserVisit:
    """A page of an allowed origin that asks: who acts for its reader, and of which endpoint."""

    key: BrowserKey
    actor: Actor
    endpoint_name: str


def visit_with_key(yard: Yard, key_id: str, origin: str | None, *, endpoint_id: str | None = None) -> BrowserVisit:
    """Return who acts for a page that comes with a key; raise NotFound, OriginRefused.

    An expired or revoked key, and one of another endpoint, is as if there was none.
    """
    with yard.context(ANONYMOUS, writes=False) as ctx:
        found = ctx.session.execute(_valid(ctx).where(BrowserKey.id == key_id)).one_or_none()
    if found is None or endpoint_id not in (None, found[1].id):
        raise NotFound("This browser key is not known any more.", hint="Ask the owner of the site for another one.")
    key, endpoint = found
    if not is_allowed(origin, key.origins):
        raise OriginRefused(f"Pages of {origin or 'no origin'!r} may not use this browser key.")
    name = f"browser key {key.name}"[:200]
    actor = Actor(
        id=endpoint.owner_id,
        name=name,
        scopes=frozenset({"endpoints:call"}),
        key_id=key.id,
        bound_to=endpoint.id,
    )
    return BrowserVisit(key, actor, endpoint.name)


def take_question(yard: Yard, visit: BrowserVisit, reader: Reader, *, address: str) -> list[Standing]:
    """Take one question from what a reader, an address and all readers have left today; raise LimitReached."""
    key, holder = visit.key, visitor_name(yard, visit.key.id, address)
    each = key.questions_per_reader_per_day
    with yard.context(ANONYMOUS) as ctx:
        limits = (
            Limit(holder, "calls", ctx.settings.public_calls_per_minute, "minute"),
            Limit(f"{key.id}:{reader.id}", "questions", each, "day", of="reader"),
            Limit(holder, "questions", each * READERS_PER_ADDRESS, "day", of="address"),
            _per_day(key),
        )
        return take(ctx, [(limit, 1) for limit in limits])


def may_ask(yard: Yard, origin: str, *, endpoint_id: str | None = None, key_id: str | None = None) -> bool:
    """Say whether pages of an origin may ask: an endpoint with any of its keys, or with this key."""
    which = BrowserKey.endpoint_id == endpoint_id if key_id is None else BrowserKey.id == key_id
    with yard.context(ANONYMOUS, writes=False) as ctx:
        found = ctx.session.scalars(_valid(ctx).where(which).with_only_columns(BrowserKey.origins)).all()
    return any(is_allowed(origin, origins) for origins in found)


def _valid(ctx: Context) -> Select[BrowserKey, Endpoint]:
    unexpired = BrowserKey.expires_at.is_(None) | (BrowserKey.expires_at > ctx.clock())
    return select(BrowserKey, Endpoint).join(Endpoint, Endpoint.id == BrowserKey.endpoint_id).where(unexpired)


def _require_conversations(endpoint: Endpoint) -> None:
    if not answers_in_pieces(endpoint.servable_kind):
        raise Conflict(
            "Pages of other sites can ask collections; this endpoint serves something else.",
            hint="Give the endpoint a public page, or call it from the site's server with an API key.",
        )


def _per_day(key: BrowserKey) -> Limit:
    return Limit(key.id, "questions", key.questions_per_day, "day")


def _origins(given: Sequence[str]) -> list[str]:
    found = [normalized_origin(text, path=("origins", place)) for place, text in enumerate(given)]
    if not found:
        message = "Name at least one origin: a key without one would open nothing."
        raise Invalid(message, fields=[FieldError(("origins",), message)])
    return list(dict.fromkeys(found))
