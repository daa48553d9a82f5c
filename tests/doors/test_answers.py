"""Every answer: one shape of errors, a request id, the headers that keep a browser safe."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from modelyard.access.http import Ctx
from modelyard.doors.api.app import create_app
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.conftest import sign_in

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


def add_faulty_routes(app: FastAPI) -> None:
    @app.get("/api/v1/test-fault")
    def fault() -> None:
        raise RuntimeError("the database password is hunter2")

    @app.get("/api/v1/test-half")
    def half() -> StreamingResponse:
        def content() -> Iterator[bytes]:
            yield b"half"
            raise RuntimeError("the rest is missing")

        return StreamingResponse(content())

    @app.get("/api/v1/test-deleted")
    def deleted(ctx: Ctx, is_copy: bool) -> bytes:
        folder = ctx.settings.copies if is_copy else ctx.settings.scratch
        return (folder / "abc").read_bytes()

    @app.get("/api/v1/test-commit")
    def commit(ctx: Ctx) -> str:
        from modelyard.access.tables import ApiKey

        ctx.session.add(ApiKey(id="ak_1", user_id="us_nobody", name="x", prefix="", hash="h", scopes=[]))
        return "done"


@pytest.fixture
def faulty(yard: Yard, tmp_path: Path) -> Iterator[TestClient]:
    """The application without pages, with routes that break in ways no route of ours should."""
    settings = yard.settings.model_copy(update={"web": tmp_path / "no-pages"})
    app = create_app(yard=replace(yard, settings=settings))
    add_faulty_routes(app)
    with TestClient(app) as client:
        sign_in(yard, client)
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("POST", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/datasets/ds_nothing", 404, "not_found"),
        ("GET", "/api/v1/auth/sign-in", 405, "method_not_allowed"),
        ("PUT", "/api/v1/datasets", 405, "method_not_allowed"),
        ("GET", "/api/v1/runs?limit=0", 422, "invalid"),
        ("GET", f"/api/v1/runs?limit={2**70}", 422, "invalid"),
        ("GET", "/api/v1/runs/%00", 422, "invalid"),
        ("GET", "/api/v1/runs?kind=a%00b", 422, "invalid"),
        ("GET", "/api/v1/test-fault", 500, "fault"),
    ],
)
def test_errors_have_one_shape(faulty: TestClient, method: str, path: str, status: int, error: str) -> None:
    answer = faulty.request(method, path)
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error)
    assert set(body) == {"error", "detail", "hint", "fields", "request_id"}
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


def test_a_method_that_is_not_there_is_told_which_are(client: TestClient) -> None:
    assert client.get("/api/v1/auth/sign-in").headers["Allow"] == "POST"


def test_wrong_fields_are_named_by_their_path(client: TestClient) -> None:
    answer = client.post("/api/v1/auth/keys", json={"name": "", "scopes": ["data:read", "moon:write"]})
    assert [field["path"] for field in answer.json()["fields"]] == [["name"], ["scopes", 1]]
    assert answer.json()["detail"].startswith("name: ")


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"email": "\xff"}', b"[" * 100_000], ids=["cut", "none", "latin", "deep"]
)
def test_what_is_no_json_is_refused(anonymous: TestClient, body: bytes) -> None:
    answer = anonymous.post("/api/v1/auth/sign-in", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"] in ("malformed", "invalid")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            rb'{"graph": {"nodes": [{"parameters": {"column": "a\u0000b"}}]}}',
            ["graph", "nodes", 0, "parameters", "column"],
        ),
        (rb'{"graph": {"nodes": "\ud800"}}', ["graph", "nodes"]),
        (rb'{"graph": {"nodes": {"a\u0000": 1}}}', ["graph", "nodes"]),
        (b'{"graph": {"nodes": [NaN]}}', ["graph", "nodes", 0]),
        (b'{"graph": {"nodes": [1e999]}}', ["graph", "nodes", 0]),
    ],
)
def test_what_cannot_be_stored_is_refused_before_anything_happens(
    client: TestClient, body: bytes, path: list[str | int]
) -> None:
    answer = client.post("/api/v1/workflows/check", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [field["path"] for field in answer.json()["fields"]] == [path]


def test_a_body_over_the_limit_is_refused(anonymous: TestClient, yard: Yard) -> None:
    body = {"email": "x" * yard.settings.max_json_bytes, "password": ""}
    answer = anonymous.post("/api/v1/auth/sign-in", json=body)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert answer.json()["detail"] == "The body of a request may have 10 MB."
    assert "batches" in answer.json()["hint"]
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


def test_a_fault_tells_the_log_and_not_the_client(faulty: TestClient) -> None:
    with capture_logs() as events:
        answer = faulty.get("/api/v1/test-fault")
    assert "hunter2" not in answer.text
    assert events[-1]["event"] == "fault"
    assert events[-1]["request_id"] == answer.headers["X-Request-Id"]
    assert "hunter2" in str(events[-1]["exc_info"])


def test_an_answer_that_breaks_half_way_is_cut_off_and_not_mended(faulty: TestClient) -> None:
    with pytest.raises(RuntimeError):
        faulty.get("/api/v1/test-half")


@pytest.mark.postgres
def test_a_commit_that_fails_is_no_success(faulty: TestClient) -> None:
    assert faulty.get("/api/v1/test-commit").status_code == 500


def test_answers_of_the_api_are_not_kept(anonymous: TestClient) -> None:
    answer = anonymous.get("/api/v1/system")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["registration"] == "open"
    assert anonymous.get("/api/v1/system").headers["X-Request-Id"] != answer.headers["X-Request-Id"]


def test_kinds_are_told_to_those_who_are_signed_in(client: TestClient, anonymous: TestClient) -> None:
    assert anonymous.get("/api/v1/kinds").status_code == 401
    cards = client.get("/api/v1/kinds").json()
    assert {"node", "engine", "job", "servable"} <= set(cards)
    assert "train" in {card["kind"] for card in cards["node"]}


def test_a_database_that_is_gone_is_unavailable_and_not_a_fault(tmp_path: object, settings: Settings) -> None:
    yard = Yard.open(settings.model_copy(update={"data": settings.data / "elsewhere" / "gone"}))
    (settings.data / "elsewhere" / "gone").rmdir()
    with TestClient(create_app(yard=yard)) as client:
        answer = client.post("/api/v1/auth/sign-in", json={"email": "a@b.org", "password": "x"})
    yard.close()
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer.json()["hint"]


def test_what_is_deleted_while_it_is_read_is_not_there(faulty: TestClient) -> None:
    answer = faulty.get("/api/v1/test-deleted", params={"is_copy": True})
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert "deleted" in answer.json()["detail"]
    with capture_logs():
        assert faulty.get("/api/v1/test-deleted", params={"is_copy": False}).status_code == 500
