"""An endpoint that answers questions in the words of OpenAPI 3.1: one question in, an answer with citations out."""

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_NUMBER = {"type": "integer", "minimum": 0}
QUESTION = {
    "type": "object",
    "required": ["question"],
    "properties": {
        "question": {"type": "string", "minLength": 1, "maxLength": 4000},
        "page": {**_TEXT_OR_NULL, "description": "Ask only the documents at this address."},
    },
}
CITATION = {
    "type": "object",
    "required": ["n", "quote", "title", "url"],
    "properties": {
        "n": {"type": "integer", "minimum": 1, "description": "What `[n]` in the answer stands for."},
        "quote": {**_TEXT, "description": "The exact words of the document."},
        "title": _TEXT,
        "headings": {"type": "array", "items": _TEXT},
        "url": {**_TEXT_OR_NULL, "description": "Opens the published page at the words."},
        "document_id": _TEXT_OR_NULL,
        "start": _NUMBER,
        "end": _NUMBER,
    },
}
ANSWER = {
    "type": "object",
    "required": ["answer", "citations", "abstained"],
    "properties": {
        "answer": {**_TEXT, "description": "Markdown; `[1]`, `[2]`, … are the citations."},
        "citations": {"type": "array", "items": {"$ref": "#/components/schemas/Citation"}},
        "abstained": {"type": "boolean", "description": "Whether the documents hold no answer."},
        "unsupported": {"type": "array", "items": _TEXT, "description": "Sentences that nothing backs."},
    },
}


def answer_paths(endpoint_id: str, question: str, refused: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paths: a question here, and as OpenAI's clients ask it."""
    inputs = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/components/schemas/Question"}}
    session = {**_TEXT_OR_NULL, "maxLength": 32, "description": "The conversation to go on with; null: a new one."}
    body = {"type": "object", "required": ["inputs"], "properties": {"inputs": inputs, "session": session}}
    asked = {"application/json": {"schema": body, "example": {"inputs": [{"question": question}]}}}
    headers = [
        _header("Idempotency-Key", "New for each request: the same request sent again gets the same answer.", 255),
        _header("X-Reader-Token", "Whose conversation it is; comes with the first answer as `reader_token`.", 200),
    ]
    return {
        f"/endpoints/{endpoint_id}/calls": {
            "post": {
                "operationId": "ask",
                "summary": "Ask a question; with `Accept: text/event-stream` the answer comes as it is written",
                "parameters": headers,
                "requestBody": {"required": True, "content": asked},
                "responses": {"200": _answered(), **refused},
            }
        }
    }


def _header(name: str, told: str, most: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": most}
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": told}


def _answered() -> dict[str, Any]:
    outputs = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/components/schemas/Answer"}}
    properties = {
        "call_id": _TEXT,
        "outputs": outputs,
        "session": _TEXT_OR_NULL,
        "reader_token": _TEXT_OR_NULL,
        "latency_seconds": {"type": "number"},
    }
    schema = {"type": "object", "required": ["call_id", "outputs", "session"], "properties": properties}
    events = {"schema": {"type": "string", "description": "Events `meta`, `delta`, `citation`, `done` or `error`."}}
    content = {"application/json": {"schema": schema}, "text/event-stream": events}
    return {"description": "The answer with its citations", "content": content}
