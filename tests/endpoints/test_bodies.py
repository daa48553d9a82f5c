"""Bodies that are too large, too deep, ambiguous or of another kind: refused in a sentence before they cost much."""

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.doors.api.app import create_app
from modelyard.kernel.yard import Yard
from tests.endpoints.conftest import ROW

CHUNK = b'{"inputs": [' + b" " * (1024**2)
N_CHUNKS = 200


def ask(yard: Yard, path: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, dict[str, Any], int]:
    """Send 200 MB to the application, as a server would; return status, body and how many chunks were taken."""
    sent: list[dict[str, Any]] = []
    n_taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal n_taken
        n_taken += 1
        return {"type": "http.request", "body": CHUNK, "more_body": n_taken < N_CHUNKS}

    async def send(message: Any) -> None:
        sent.append(message)

    app = create_app(yard=yard)
    app.state.yard = yard
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json"), *headers],
        "client": ("192.0.2.1", 1),
        "server": ("testserver", 80),
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], json.loads(b"".join(part.get("body", b"") for part in sent)), n_taken


@pytest.mark.parametrize("path", ["/api/v1/endpoints/ep_1/calls", "/api/v1/public/endpoints/ep_1/calls"])
@pytest.mark.parametrize("is_stated", [True, False])
def test_200_megabytes_are_refused_before_they_are_in_memory(yard: Yard, path: str, is_stated: bool) -> None:
    length = str(len(CHUNK) * N_CHUNKS).encode()
    status, body, n_taken = ask(yard, path, [(b"content-length", length)] if is_stated else [])
    assert (status, body["error"]) == (413, "too_large")
    assert body["detail"] == "The body of a request may have 10 MB."
    assert "upload them as a file" in body["hint"]
    assert n_taken <= (0 if is_stated else 11)


def post(client: TestClient, address: str, body: str | bytes, content_type: str = "application/json") -> dict[str, Any]:
    answer = client.post(f"{address}/calls", content=body, headers={"Content-Type": content_type})
    found: dict[str, Any] = answer.json()
    assert answer.status_code in (400, 415, 422), answer.text
    assert found["detail"]
    return {**found, "status": answer.status_code}


def test_deep_nesting_is_refused(client: TestClient, address: str) -> None:
    deep = '{"inputs": [{"a": ' + "[" * 100_000 + "]" * 100_000 + "}]}"
    assert post(client, address, deep)["status"] in (400, 422)
    within = '{"inputs": [{"a": ' + "[" * 400 + "]" * 400 + "}]}"
    assert post(client, address, within)["status"] == 422


def test_a_thousand_and_one_rows_are_told_where_to_go(client: TestClient, address: str) -> None:
    found = post(client, address, json.dumps({"inputs": [ROW] * 1001}))
    assert found["fields"][0]["path"] == ["inputs"]
    assert "1000" in found["detail"].replace(",", "")


def test_nan_is_refused_at_its_place(client: TestClient, address: str) -> None:
    found = post(client, address, json.dumps({"inputs": [{**ROW, "a": float("nan")}]}))
    assert found["fields"] == [{"path": ["inputs", 0, "a"], "message": "Numbers must be finite."}]


def test_a_column_that_is_stated_twice_is_refused(client: TestClient, address: str) -> None:
    row = json.dumps(ROW)[:-1] + ', "age": 41}'
    found = post(client, address, f'{{"inputs": [{row}]}}')
    assert found["detail"] == "The name 'age' is stated twice in one object."
    assert found["hint"] == "State each column once."


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/csv"])
def test_another_content_type_is_told_what_is_wanted(client: TestClient, address: str, content_type: str) -> None:
    found = post(client, address, json.dumps({"inputs": [ROW]}), content_type)
    assert (found["status"], found["error"]) == (415, "unsupported_media_type")
    assert "application/json" in found["hint"]


def test_what_is_no_json_is_said(client: TestClient, address: str) -> None:
    assert post(client, address, b"\xff\xfe{")["status"] in (400, 422)
    assert post(client, address, "{'inputs': []}")["status"] == 422
