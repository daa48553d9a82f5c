"""HTTP of calling an endpoint."""

from fastapi import APIRouter, Depends, Response

from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.http import TheCaller, require_plain_json
from modelyard.endpoints.schemas import CallIn, CallOut

router = APIRouter(prefix="/endpoints", tags=["endpoints"])


@router.post("/{endpoint_id}/calls", response_model=CallOut, dependencies=[Depends(require_plain_json)])
def call(caller: TheCaller, endpoint_id: str, body: CallIn) -> Response:
    """Call the endpoint: one answer per input, in order.

    `version` asks a version of the model that need not be the promoted one; the answer says which version it is from.
    `explain` asks why too, for at most 20 rows: columns and words of the row that add up to the score.
    A column that is missing, unknown or of the wrong type is answered 422 with its path, `["inputs", i, column]`.
    A key of the endpoint has limits: beyond them the answer is 429, and `Retry-After` says in how many seconds to
    come back; every answer tells them in `RateLimit` and `RateLimit-Policy`.
    """

    def make() -> CallOut:
        call = call_endpoint(
            caller.yard, caller.actor, endpoint_id, body.inputs, version=body.version, explain=body.explain
        )
        return CallOut.of(call)

    return caller.answer(endpoint_id, "calls", make, asked=body, n_rows=len(body.inputs))
