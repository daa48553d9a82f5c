"""Our answers and errors in the words of OpenAI's API."""

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from modelyard.endpoints.turns import Event
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.ids import new_id

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def completion(document: dict[str, Any], model: str) -> dict[str, Any]:
    """Return a whole answer; the text ends with the list of what it cites, for clients that show nothing else."""
    output: dict[str, Any] = document["outputs"][0]
    text = output["answer"] + sources(output.get("citations", []))
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": f"chatcmpl-{document['call_id']}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_of(output)}],
        "usage": tokens(document["usage"]),
        "citations": output.get("citations", []),
        "abstained": bool(output.get("abstained")),
    }


async def chunks(events: AsyncGenerator[Event, None], model: str, *, has_usage: bool) -> AsyncGenerator[bytes, None]:
    """Yield a streamed answer as OpenAI's clients read it."""
    known: dict[str, Any] = {
        "id": f"chatcmpl-{new_id('cl')}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
    }
    said = ""
    async with aclosing(events):
        async for event in events:
            if event.name == "meta":
                yield _line({**known, "choices": [_choice({"role": "assistant", "content": ""})]})
            elif event.name == "delta":
                said += event.data["text"]
                yield _line({**known, "choices": [_choice({"content": event.data["text"]})]})
            elif event.name == "error":
                yield _line({"error": {**event.data, "message": _said(event.data), "type": "server_error"}})
            elif event.name == "done":
                rest = _rest(said, event.data)
                yield _line({**known, "choices": [_choice({"content": rest})]})
                told = {name: event.data.get(name) for name in ("citations", "abstained")}
                yield _line({**known, "choices": [_choice({}, finish_of(event.data))], **told})
                if has_usage:
                    yield _line({**known, "choices": [], "usage": tokens(event.data["usage"])})
    yield b"data: [DONE]\n\n"


def sources(citations: list[dict[str, Any]]) -> str:
    """Return the list of what is cited, under the numbers of the text."""
    if not citations:
        return ""
    lines = []
    for citation in citations:
        path = " › ".join(dict.fromkeys((citation["title"], *citation["headings"])))
        lines.append(f"[{citation['n']}] {path}" + (f" — {citation['url']}" if citation["url"] else ""))
    return "\n\n" + "\n".join(lines)


def error_body(error: ModelyardError, status: int) -> dict[str, Any]:
    """Return an error as OpenAI's clients read it."""
    path = ".".join(map(str, error.fields[0].path)) if error.fields else None
    message = error.message if error.hint is None else f"{error.message} {error.hint}"
    return {"error": {"message": message, "type": error_type(status), "param": path, "code": error.code}}


def error_type(status: int) -> str:
    """Return OpenAI's name for errors of a status."""
    return _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")


def status_of(error: ModelyardError) -> int:
    """Return the status that OpenAI's clients know: what is wrong with a request is 400."""
    return 400 if error.status in (406, 413, 422) else error.status


def tokens(usage: dict[str, Any]) -> dict[str, int]:
    """Return what an answer took; 0 where no LLM was asked."""
    n_in, n_out = usage.get("n_input_tokens") or 0, usage.get("n_output_tokens") or 0
    return {"prompt_tokens": n_in, "completion_tokens": n_out, "total_tokens": n_in + n_out}


def finish_of(output: dict[str, Any]) -> str:
    """Return why an answer ended."""
    return {"length": "length", "filtered": "content_filter"}.get(str(output.get("finish")), "stop")


def _rest(said: str, done: dict[str, Any]) -> str:
    """Return what must still be said: the list of citations, or that the answer is withdrawn."""
    if done["answer"] == said:
        return sources(done.get("citations", []))
    return f"\n\n{done['answer']}" if said else str(done["answer"])


def _said(data: dict[str, Any]) -> str:
    return f"{data['detail']} {data['hint'] or ''}".strip()


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _line(document: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n".encode()
