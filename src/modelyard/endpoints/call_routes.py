"""HTTP of calling an endpoint."""

from fastapi import APIRouter, Depends, Request, Response

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
from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.http import TheCaller, require_plain_json
from modelyard.endpoints.schemas import AnsweredOut, CallIn, CallOut
from modelyard.endpoints.streaming import streams

router = APIRouter(prefix="/endpoints", tags=["endpoints"])


@router.post(
    "/{endpoint_id}/calls",
    response_model=CallOut | AnsweredOut,
    responses=AS_EVENTS,
    dependencies=[Depends(require_plain_json)],
)
def call(
    caller: TheCaller, request: Request, endpoint_id: str, body: CallIn, reader_token: ReaderToken = None
) -> Response:
    """Call the endpoint: one answer per input, in order.

    `version` asks a version of the model that need not be the promoted one; the answer says which version it is from.
    `explain` asks why too, for at most 20 rows: columns and words of the row that add up to the score.
    A column that is missing, unknown or of the wrong type is answered 422 with its path, `["inputs", i, column]`.
    A collection takes one input, `{question, selection?, page?}`, and answers with citations; `session` goes on with
    a conversation, and with `Accept: text/event-stream` the answer comes in pieces.
    A key of the endpoint has limits: beyond them the answer is 429, and `Retry-After` says in how many seconds to
    come back; every answer tells them in `RateLimit` and `RateLimit-Policy`.
    """
    if streams(caller.yard, caller.actor, endpoint_id):
        require_one_answer(version=body.version, explain=body.explain)
        asker = Asker(caller.yard, caller.actor, caller.key, reader_token)
        return answer(asker, endpoint_id, body.inputs, session_id=body.session, as_events=wants_events(request))
    require_no_conversation(session=body.session, is_only_events=wants_only_events(request))

    def make() -> CallOut:
        call = call_endpoint(
            caller.yard, caller.actor, endpoint_id, body.inputs, version=body.version, explain=body.explain
        )
        return CallOut.of(call)

    return caller.answer(endpoint_id, "calls", make, asked=body, n_rows=len(body.inputs))
