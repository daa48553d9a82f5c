"""HTTP of an endpoint for clients of OpenAI's API: with `base_url` = …/endpoints/{id}/v1 they just work."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from modelyard.access.http import Ctx
from modelyard.endpoints import verbs
from modelyard.endpoints.answering import Asker, Begun, begin
from modelyard.endpoints.event_stream import LateAnswer, LiveStream
from modelyard.endpoints.http import TheCaller
from modelyard.endpoints.openai_schemas import ChatCompletionIn, ChatCompletionOut, ChatModelsOut, OpenAIErrorOut
from modelyard.endpoints.openai_shapes import chunks, completion, error_body, error_type, status_of
from modelyard.endpoints.streaming import Fault, streams
from modelyard.kernel.errors import FieldError, Invalid, ModelyardError, NotFound


class OpenAIRoute(APIRoute):
    """A route whose errors have the shape of OpenAI's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with its errors reshaped."""
        handle = super().get_route_handler()

        async def handle_reshaped(request: Request) -> Response:
            try:
                return await handle(request)
            except ModelyardError as error:
                return told(error)
            except RequestValidationError as error:
                return told(_invalid(error))
            except HTTPException as error:  # the framework's own, of a body that is no JSON
                fault = {"message": str(error.detail), "type": error_type(error.status_code)}
                body = {"error": {**fault, "param": None, "code": None}}
                return JSONResponse(body, status_code=error.status_code, headers=error.headers)

        return handle_reshaped


router = APIRouter(
    prefix="/endpoints/{endpoint_id}/v1",
    tags=["OpenAI-compatible"],
    route_class=OpenAIRoute,
    responses={"4XX": {"model": OpenAIErrorOut, "description": "What went wrong, as OpenAI's clients read it"}},
)


@router.post("/chat/completions", response_model=ChatCompletionOut)
def create_chat_completion(caller: TheCaller, endpoint_id: str, body: ChatCompletionIn) -> Response:
    """Answer the last message of the user from the collection, with `[1]`, `[2]`, … and the list of what they cite.

    Earlier messages are not read: whoever asks could have written them. Conversations that go on are asked at
    `/endpoints/{endpoint_id}/calls`.
    """
    question = body.question
    if not streams(caller.yard, caller.actor, endpoint_id):
        with caller.yard.context(caller.actor, writes=False) as ctx:
            verbs.require_endpoint(ctx, endpoint_id)
        raise NotFound("What this endpoint serves does not chat.", hint=f"Call /endpoints/{endpoint_id}/calls.")
    asker = Asker(caller.yard, caller.actor, caller.key)
    begun = begin(asker, endpoint_id, [{"question": question}], keeps_session=False)
    model = body.model or endpoint_id
    if body.stream:
        has_usage = body.stream_options is not None and body.stream_options.include_usage
        return LiveStream(chunks(begun.events(), model, has_usage=has_usage), begun.headers)
    return LateAnswer(lambda: _completed(begun, model), begun.headers, on_error=told)


@router.get("/models")
def list_chat_models(ctx: Ctx, endpoint_id: str) -> ChatModelsOut:
    """Return the endpoint as the one model that there is."""
    row = verbs.callable_endpoint(ctx, endpoint_id)
    created = int(row.created_at.timestamp())
    return ChatModelsOut(data=[{"id": row.id, "object": "model", "created": created, "owned_by": "modelyard"}])


def told(error: Exception) -> JSONResponse:
    """Return an error as OpenAI's clients read it."""
    known = error if isinstance(error, ModelyardError) else Fault("Something went wrong on the server.")
    status = status_of(known)
    return JSONResponse(error_body(known, status), status_code=status, headers=known.headers)


async def _completed(begun: Begun, model: str) -> dict[str, Any]:
    return completion(await begun.document(), model)


def _invalid(error: RequestValidationError) -> Invalid:
    fields = [FieldError(tuple(item["loc"][1:]), str(item["msg"])) for item in error.errors()]
    return Invalid(fields[0].message if fields else "The request is not valid.", fields=fields)
