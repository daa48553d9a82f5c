"""What routes of an endpoint share: answers given once, limits taken beforehand, JSON that means one thing."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from modelyard.access.http import current_actor, the_yard
from modelyard.endpoints.idempotency import REPLAYED, Asking, answer_once, fingerprint_of
from modelyard.endpoints.keys import limits_of_actor
from modelyard.endpoints.quotas import Standing, give_back, limit_headers, take
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.yard import Yard

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any text of your own, new for each request: the same request sent again within 24 hours gets the "
        "same answer, and nothing is done twice.",
    ),
]


@dataclass(frozen=True)
class Caller:
    """Who asks, and the key that the request may be repeated with."""

    yard: Yard
    actor: Actor
    key: str | None

    def answer(
        self,
        endpoint_id: str,
        of: str,
        make: Callable[[], BaseModel],
        *,
        asked: BaseModel | str,
        n_rows: int = 0,
        status: int = 200,
    ) -> Response:
        """Answer with `make` within the limits of the caller's key, or as the first request with this key was answered.

        `of` names the route; `asked` is the request, or the fingerprint of one whose body is a file.
        """
        told: dict[str, str] = {}

        def make_within_limits() -> BaseModel:
            with admitted(self.yard, self.actor, endpoint_id, n_rows=n_rows) as headers:
                told.update(headers)
                return make()

        if self.key is None:
            return _json(make_within_limits().model_dump_json(), status, told)
        fingerprint = fingerprint_of(asked) if isinstance(asked, BaseModel) else asked
        asking = Asking(self.yard, self.actor, endpoint_id, of, self.key, fingerprint)
        kept = answer_once(asking, make_within_limits, status=status)
        return _json(kept.body, kept.status, REPLAYED if kept.is_replayed else told)


async def the_caller(
    yard: Annotated[Yard, Depends(the_yard)],
    actor: Annotated[Actor, Depends(current_actor)],
    key: IdempotencyKey = None,
) -> Caller:
    """Return who asks and with which idempotency key."""
    return Caller(yard, actor, key)


TheCaller = Annotated[Caller, Depends(the_caller)]


@contextmanager
def admitted(yard: Yard, actor: Actor, endpoint_id: str, *, n_rows: int) -> Iterator[dict[str, str]]:
    """Take one call and its rows from the limits of the key that was used, and yield the headers that tell them.

    Raises LimitReached. Rows that are refused or fail are given back; the call itself counts. Whoever has no key of an
    endpoint has no limits.
    """
    if actor.bound_to is None:
        yield {}
        return
    with yard.context(actor) as ctx:
        amounts = {"calls": 1, "rows": n_rows}
        standings = take(ctx, [(limit, amounts[limit.unit]) for limit in limits_of_actor(ctx, endpoint_id)])
    with rows_given_back(yard, actor, standings):
        yield limit_headers(standings)


@contextmanager
def rows_given_back(yard: Yard, actor: Actor, standings: Sequence[Standing]) -> Iterator[None]:
    """Put the rows back when what happens inside raises."""
    try:
        yield
    except Exception:
        rows = [standing for standing in standings if standing.limit.unit == "rows"]
        if rows:
            with yard.context(actor) as ctx:
                give_back(ctx, rows)
        raise


async def require_plain_json(request: Request) -> None:
    """Raise Invalid when an object of the body states a name twice: nobody can say which of the two was meant."""
    body = await request.body()
    if b'"' in body and (twice := _stated_twice(body)):
        message = f"The name {twice[:60]!r} is stated twice in one object."
        raise Invalid(message, hint="State each column once.", fields=[FieldError(("body",), message)])


def _stated_twice(body: bytes) -> str | None:
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(pairs)
        if len(document) < len(pairs) and not found:
            names = [name for name, _ in pairs]
            found.append(next(name for i, name in enumerate(names) if name in names[:i]))
        return document

    try:
        json.loads(body, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return None  # the framework has refused it already, or will
    return found[0] if found else None


def _json(body: str, status: int, headers: dict[str, str]) -> Response:
    return Response(body, status_code=status, headers=headers, media_type="application/json")
