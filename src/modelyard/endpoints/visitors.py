"""HTTP of whoever is not signed in: comes to a public page, or from a page of another site with a browser key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from modelyard.access.http import client_address, the_yard
from modelyard.endpoints.browser_keys import take_question, visit_with_key
from modelyard.endpoints.public import admit_visitor, visitor_at, visitor_name
from modelyard.endpoints.quotas import Standing
from modelyard.endpoints.readers import Reader
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard

BROWSER_KEY_HEADER = "X-Browser-Key"
BrowserKeyHeader = Annotated[
    str | None,
    Header(
        alias=BROWSER_KEY_HEADER,
        max_length=32,
        description="The browser key that a page of another site comes with; without it the public page is meant.",
    ),
]


@dataclass(frozen=True)
class Visitor:
    """Somebody who may use one endpoint: who acts for them, what to call them, and what takes a question of theirs."""

    actor: Actor
    name: str
    admit: Callable[[Reader], Sequence[Standing]]


def the_visitor(
    request: Request,
    yard: Annotated[Yard, Depends(the_yard)],
    endpoint_id: str,
    browser_key: BrowserKeyHeader = None,
) -> Visitor:
    """Return who visits the endpoint; raise NotFound, and OriginRefused for a page that the key is not for."""
    address = client_address(request)
    if browser_key is None:
        name = visitor_name(yard, endpoint_id, address)
        return Visitor(
            visitor_at(yard, endpoint_id), name, lambda _: admit_visitor(yard, endpoint_id, address=address)[1]
        )
    visit = visit_with_key(yard, browser_key, request.headers.get("Origin"), endpoint_id=endpoint_id)
    name = visitor_name(yard, browser_key, address)
    return Visitor(visit.actor, name, lambda reader: take_question(yard, visit, reader, address=address))


TheVisitor = Annotated[Visitor, Depends(the_visitor)]
