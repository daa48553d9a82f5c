"""Answers over a line that may break: whoever goes away ends the work, and nothing holds up anything else."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from modelyard.endpoints import event_stream
from modelyard.endpoints.history import list_calls
from modelyard.endpoints.readers import reader_of
from modelyard.endpoints.streaming import stream_call
from modelyard.endpoints.turns import Asked, Event
from modelyard.llm.tables import LlmSpending
from tests.chat.answering.conftest import Manual, ask, told
from tests.conftest import application_over, sign_in

LONG = "The API listens on port 7431 [1]. " + "Nobody ever said that about it. " * 40


def endpoint(manual: Manual) -> str:
    return manual.collection.endpoint_id


def stream_of(manual: Manual) -> AsyncGenerator[Event]:
    """Return the events of an answer to a question of the manual."""
    reader = reader_of(manual.yard, manual.owner, endpoint(manual), None)
    asked = Asked(endpoint(manual), [{"question": "Which port does the API listen on?"}], reader.id)
    return stream_call(manual.yard, manual.owner, asked, reader)


async def events_until(manual: Manual, n: int) -> list[Event]:
    """Return the first `n` events of an answer, and close it then."""
    stream = stream_of(manual)
    found = []
    async for event in stream:
        found.append(event)
        if len(found) == n:
            break
    await stream.aclose()
    return found


def newest(manual: Manual) -> Any:
    with manual.yard.context(manual.owner) as ctx:
        return list_calls(ctx, endpoint(manual), limit=1)[0]


def test_whoever_stops_reading_ends_the_request_and_the_call_is_kept(manual: Manual) -> None:
    manual.llm(LONG, seconds_per_word=0.02)
    found = asyncio.run(events_until(manual, 6))
    assert found[0].name == "meta"
    call = newest(manual)
    assert (call.status, call.error["error"]) == ("failed", "answer_cancelled")
    assert call.outputs[0]["finish"] == "cancelled"
    assert 0 < len(call.outputs[0]["answer"]) < 200


def test_a_line_that_breaks_cancels_the_answer_and_what_came_is_paid(manual: Manual) -> None:
    manual.llm(LONG, seconds_per_word=0.02)
    with TestClient(application_over(manual.yard)) as client:
        sign_in(manual.yard, client)
        headers = {**dict(client.headers), "accept": "text/event-stream"}
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        app = client.app
        assert isinstance(app, FastAPI)
        sent = asyncio.run(broken_request(app, f"{manual.address}/calls", {**headers, "cookie": cookies}, after=8))
    assert b"event: meta" in b"".join(sent)
    assert b"event: done" not in b"".join(sent)
    assert newest(manual).outputs[0]["finish"] == "cancelled"
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:  # it is written down in a thread of its own
        with manual.yard.readers() as session:
            spent = session.query(LlmSpending).filter_by(provider_kind="scripted").one_or_none()
        if spent is not None and spent.n_requests:
            break
        time.sleep(0.05)
    assert spent is not None
    assert spent.n_output_tokens > 0


async def broken_request(app: FastAPI, path: str, headers: dict[str, str], *, after: int) -> list[bytes]:
    """Ask over ASGI, and hang up after so many pieces of the answer."""
    body = json.dumps({"inputs": [{"question": "Which port does the API listen on?"}]}).encode()
    sent: list[bytes] = []
    gone = asyncio.Event()
    is_asked = False

    async def receive() -> dict[str, Any]:
        nonlocal is_asked
        if not is_asked:
            is_asked = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            if len(sent) >= after:
                gone.set()

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    scope = {
        **{"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST"},
        **{"path": path, "raw_path": path.encode(), "query_string": b"", "headers": raw, "scheme": "http"},
        **{"server": ("testserver", 80), "client": ("testclient", 1), "root_path": ""},
    }
    await asyncio.wait_for(app(scope, receive, send), 10)
    return sent


def test_a_silent_line_is_kept_open(reader: TestClient, manual: Manual, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.05)
    manual.llm("The API listens on port 7431 [1].", seconds_to_first=0.3)
    answer = ask(reader, manual, "Which port does the API listen on?", headers={"Accept": "text/event-stream"})
    assert answer.text.count(": alive\n\n") >= 2
    assert answer.text.rstrip().split("\n\n")[-1].startswith("event: done")


def test_many_answers_at_once_do_not_wait_for_each_other(manual: Manual) -> None:
    manual.llm("The API listens on port 7431 [1]. Then it waits.", seconds_to_first=0.5)

    is_begun: set[int] = set()
    n_open = []

    async def one(number: int) -> str:
        name = ""
        async for event in stream_of(manual):
            is_begun.add(number)
            name = event.name
        n_open.append(len(is_begun))
        is_begun.remove(number)
        return name

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(one(number) for number in range(48)))

    assert asyncio.run(all_at_once()) == ["done"] * 48
    assert max(n_open) > 1, "one after the other, an answer would end before the next begins"


def test_events_are_refused_where_there_are_none(reader: TestClient, manual: Manual) -> None:
    missing = reader.post(
        "/api/v1/endpoints/ep_nothing/calls",
        json={"inputs": [{"question": "x"}]},
        headers={"Accept": "text/event-stream"},
    )
    assert missing.status_code in (404, 406)
    assert told(reader, manual, "Which port does the API listen on?")[0][0] == "meta"
