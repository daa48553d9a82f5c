"""HTTP of public pages: no sign-in, no cookie, no word about the owner."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from modelyard.access.http import client_address, the_yard
from modelyard.endpoints.answering import (
    AS_EVENTS,
    Asker,
    ReaderToken,
    answer,
    require_no_conversation,
    require_one_answer,
    wants_events,
    wants_only_events,
)
from modelyard.endpoints.http import IdempotencyKey, require_plain_json
from modelyard.endpoints.public import MAX_PUBLIC_INPUTS, call_public_page, public_endpoint
from modelyard.endpoints.quotas import limit_headers
from modelyard.endpoints.schemas import AnsweredOut, OutputOut, SessionId
from modelyard.endpoints.servable import answers_in_pieces
from modelyard.endpoints.streaming import streams
from modelyard.endpoints.tables import Call, Endpoint
from modelyard.endpoints.visitors import TheVisitor
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/public/endpoints", tags=["public pages"])
TheYard = Annotated[Yard, Depends(the_yard)]


class PublicEndpointOut(BaseModel):
    """What a visitor sees of an endpoint: its title, what it takes and what it gives."""

    id: str
    name: str
    takes: Literal["rows", "questions"]
    signature: dict[str, Any]
    max_inputs: int

    @classmethod
    def of(cls, row: Endpoint) -> "PublicEndpointOut":
        """Return the answer for a row; columns that the model does not use are the owner's business."""
        signature = {name: row.signature[name] for name in ("inputs", "output") if name in row.signature}
        takes: Literal["rows", "questions"] = "questions" if answers_in_pieces(row.servable_kind) else "rows"
        return cls(id=row.id, name=row.name, takes=takes, signature=signature, max_inputs=MAX_PUBLIC_INPUTS)


class PublicCallIn(BaseModel):
    """One call: an object per row, with every column of the signature (null where a value is missing)."""

    model_config = ConfigDict(extra="forbid")

    inputs: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_PUBLIC_INPUTS)]
    explain: Annotated[bool, Field(description="Ask why too: the reasons of each answer.")] = False
    session: SessionId = None


class PublicCallOut(BaseModel):
    """The answers to one call, in the order of its inputs."""

    outputs: list[OutputOut]
    latency_seconds: float
    warnings: list[str]

    @classmethod
    def of(cls, row: Call) -> "PublicCallOut":
        """Return the answer for a row."""
        return cls.model_validate(
            {"outputs": row.outputs, "latency_seconds": row.latency_seconds, "warnings": row.warnings}
        )


@router.get("/{endpoint_id}")
def get_public_endpoint(yard: TheYard, endpoint_id: str) -> PublicEndpointOut:
    """Return the title and the signature of an endpoint that its owner made public."""
    with yard.context(ANONYMOUS, writes=False) as ctx:
        return PublicEndpointOut.of(public_endpoint(ctx, endpoint_id))


@router.post(
    "/{endpoint_id}/calls",
    response_model=PublicCallOut | AnsweredOut,
    responses=AS_EVENTS,
    dependencies=[Depends(require_plain_json)],
)
def call_public_endpoint(
    yard: TheYard,
    visitor: TheVisitor,
    request: Request,
    endpoint_id: str,
    body: PublicCallIn,
    key: IdempotencyKey = None,
    reader_token: ReaderToken = None,
) -> Response:
    """Try the endpoint; beyond the calls a minute of one address or a day of all, the answer is 429.

    A collection answers one question, as one document or as events, like `/endpoints/{endpoint_id}/calls`. Pages of
    other sites come with a browser key, and have its limits.
    """
    if streams(yard, visitor.actor, endpoint_id):
        require_one_answer(version=None, explain=body.explain)
        asker = Asker(yard, visitor.actor, key, reader_token, visitor=visitor.name, admit=visitor.admit)
        return answer(asker, endpoint_id, body.inputs, session_id=body.session, as_events=wants_events(request))
    require_no_conversation(session=body.session, is_only_events=wants_only_events(request))
    address = client_address(request)
    call, standings = call_public_page(yard, endpoint_id, body.inputs, address=address, explain=body.explain)
    told = PublicCallOut.of(call).model_dump_json()
    return Response(told, headers=limit_headers(standings), media_type="application/json")
