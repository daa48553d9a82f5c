"""Access over HTTP: accounts and keys, for those who have them and for strangers."""

from datetime import timedelta

import httpx
import pytest
from fastapi.testclient import TestClient

from modelyard.access.http import CSRF_HEADER, SESSION_COOKIE
from modelyard.doors.api.app import create_app
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.access.people import ANNA, PASSWORD, Clock, add_person

pytestmark = pytest.mark.postgres

ME, KEYS = "/api/v1/auth/me", "/api/v1/auth/keys"


def enter(client: TestClient, email: str = ANNA, password: str = PASSWORD) -> httpx.Response:
    answer = client.post("/api/v1/auth/sign-in", json={"email": email, "password": password})
    if answer.is_success:
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
    return answer


def with_key(client: TestClient, *scopes: str) -> dict[str, str]:
    answer = client.post(KEYS, json={"name": "notebook", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def test_nobody_is_signed_in_at_first(anonymous: TestClient) -> None:
    answer = anonymous.get(ME)
    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthenticated"
    assert answer.json()["hint"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


def test_register_sign_in_and_out(anonymous: TestClient) -> None:
    made = anonymous.post("/api/v1/auth/register", json={"email": ANNA, "password": PASSWORD, "name": "Anna"})
    assert (made.status_code, made.content) == (201, b"null")
    assert enter(anonymous).json()["email"] == ANNA
    me = anonymous.get(ME).json()
    assert (me["name"], me["is_owner"], me["has_password"]) == ("Anna", False, True)
    assert anonymous.post("/api/v1/auth/sign-out").status_code == 204
    assert SESSION_COOKIE not in anonymous.cookies
    assert anonymous.get(ME).status_code == 401


def test_a_key_needs_no_token_against_forged_requests(client: TestClient, anonymous: TestClient) -> None:
    headers = with_key(client, "account:read", "account:write")
    made = anonymous.post(KEYS, json={"name": "second", "scopes": ["account:read"]}, headers=headers)
    assert made.status_code == 201
    assert anonymous.get(ME, headers=headers).json()["csrf_token"] is None
    listed = anonymous.get(KEYS, headers=headers).json()
    assert [key["name"] for key in listed] == ["second", "notebook"]
    assert made.json()["key"] not in anonymous.get(KEYS, headers=headers).text, "shown once"
    assert all("key" not in key and "hash" not in key for key in listed)


def test_a_key_without_the_scope_is_told_which(client: TestClient, anonymous: TestClient) -> None:
    headers = with_key(client, "data:read")
    answer = anonymous.get(KEYS, headers=headers)
    assert answer.status_code == 403
    assert "account:read" in answer.json()["detail"]
    assert anonymous.get("/api/v1/runs", headers=headers).status_code == 403


def test_a_key_counts_before_the_cookie(client: TestClient) -> None:
    headers = with_key(client, "data:read")
    assert client.get(KEYS, headers=headers).status_code == 403
    assert client.get(KEYS).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer my_wrong", "bearer x y", "Bearer \u00e9"])
def test_a_wrong_key_is_refused_even_beside_a_good_cookie(client: TestClient, authorization: str) -> None:
    answer = client.get(ME, headers={"Authorization": authorization.encode("latin-1")})
    assert answer.status_code == 401


def test_a_revoked_key_is_refused_at_once(client: TestClient, anonymous: TestClient) -> None:
    headers = with_key(client, "account:read")
    key_id = client.get(KEYS).json()[0]["id"]
    assert anonymous.get(ME, headers=headers).status_code == 200
    assert client.get(KEYS).json()[0]["used_at"]
    assert client.delete(f"{KEYS}/{key_id}").status_code == 204
    assert anonymous.get(ME, headers=headers).status_code == 401
    assert client.delete(f"{KEYS}/{key_id}").status_code == 404


def test_a_stranger_sees_nothing_of_the_owner(yard: Yard, client: TestClient, anonymous: TestClient) -> None:
    with_key(client, "data:read")
    key_id = client.get(KEYS).json()[0]["id"]
    add_person(yard)
    enter(anonymous)
    assert anonymous.get(KEYS).json() == []
    assert anonymous.delete(f"{KEYS}/{key_id}").status_code == 404
    assert {a["email"] for a in anonymous.get("/api/v1/auth/sign-in-attempts").json()} == {ANNA}


def test_a_busy_database_does_not_fail_a_request_for_a_note(
    settings: Settings, client: TestClient, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a session is in use is worth a note, not an error."""
    if not settings.is_sqlite:
        pytest.skip("only SQLite has one writer")
    import sqlite3

    clock = Clock()
    clock.move(timedelta(minutes=5))
    token = client.cookies[SESSION_COOKIE]
    with TestClient(create_app(yard=yard.at(clock)), cookies={SESSION_COOKIE: token}) as later:
        with yard.readers() as session:
            session.connection().exec_driver_sql("PRAGMA busy_timeout=0")
        writer = sqlite3.connect(settings.data / "modelyard.sqlite", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        try:
            assert later.get(ME).status_code == 200
        finally:
            writer.execute("ROLLBACK")
            writer.close()
