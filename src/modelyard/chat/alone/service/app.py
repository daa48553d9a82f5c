"""The service over HTTP: what it is, questions, the words that an answer cites."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response

from modelyard.chat.alone.service.answering import answered, told
from modelyard.chat.alone.service.collection import ServedCollection
from modelyard.chat.alone.service.shapes import About, Answered, Around, Asked
from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE
from modelyard.endpoints.alone.web import counting, create_service, require_mine
from modelyard.endpoints.event_stream import EventStream, LateAnswer

EVENTS = "text/event-stream"
_AS_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `Accept: text/event-stream`, the events `meta`, `delta`, `citation`, then "
        "`done` or `error`.",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    }
}


def create_app(
    served: ServedCollection, page: Path, *, origins: Sequence[str] = (), calls_per_minute: int = CALLS_PER_MINUTE
) -> FastAPI:
    """Return the service of one collection; `page` is the folder of its page, `origins` whose pages may call it."""
    app = create_service(served.about.name, str(served.about.version), page, origins=origins)
    _add_what_it_is(app, served)
    _add_calls(app, served, [Depends(counting(calls_per_minute))])
    return app


def _add_what_it_is(app: FastAPI, served: ServedCollection) -> None:
    @app.get("/api/v1/public/endpoints/{endpoint_id}")
    def about(endpoint_id: str) -> About:
        """Tell what is served."""
        require_mine(endpoint_id, served.about.id)
        return served.about

    @app.get("/api/v1/about")
    def about_this() -> About:
        """Tell what is served, without knowing its id."""
        return served.about

    @app.get("/api/v1/documents/{document_id}/words")
    def words(document_id: str, start: Annotated[int, Query(ge=0)], end: Annotated[int, Query(ge=1)]) -> Around:
        """Return the words of a document that a citation names, with what stands around them."""
        return served.around(document_id, start, end)


def _add_calls(app: FastAPI, served: ServedCollection, limits: list[Any]) -> None:
    @app.post("/api/v1/calls", response_model=Answered, responses=_AS_EVENTS, dependencies=limits)
    def call(asked: Asked, request: Request) -> Response:
        """Answer one question, as one document or as events; a follow-up leans on the history that comes along."""
        turn = served.turn(asked.inputs, asked.history)
        if EVENTS in request.headers.get("Accept", ""):
            return EventStream(told(turn))
        return LateAnswer(lambda: answered(turn))

    @app.post(
        "/api/v1/public/endpoints/{endpoint_id}/calls",
        response_model=Answered,
        responses=_AS_EVENTS,
        dependencies=limits,
    )
    def call_by_id(endpoint_id: str, asked: Asked, request: Request) -> Response:
        """Answer one question, at the address that the yard has for it too."""
        require_mine(endpoint_id, served.about.id)
        return call(asked, request)
