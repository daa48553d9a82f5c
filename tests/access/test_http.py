"""Access over HTTP: cookies, the token against forged requests, keys, statuses."""

from datetime import timedelta
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest
from fastapi.testclient import TestClient

from modelyard.access import attempts
from modelyard.access.http import CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE
from modelyard.doors.api.app import create_app
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.access.people import ANNA, OTHER_PASSWORD, PASSWORD, Clock, add_person
from tests.conftest import sign_in

pytestmark = pytest.mark.postgres

ME, KEYS = "/api/v1/auth/me", "/api/v1/auth/keys"


def enter(client: TestClient, email: str = ANNA, password: str = PASSWORD) -> httpx.Response:
    answer = client.post("/api/v1/auth/sign-in", json={"email": email, "password": password})
    if answer.is_success:
        client.headers[CSRF_HEADER] = answer.json()["csrf_token"]
    return answer


def cookie(answer: httpx.Response, name: str) -> Morsel[str]:
    found = [SimpleCookie(line) for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}=")]
    return found[-1][name]


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


def test_signing_out_ends_the_session_and_not_only_the_cookie(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    enter(anonymous)
    token = anonymous.cookies[SESSION_COOKIE]
    anonymous.post("/api/v1/auth/sign-out")
    anonymous.cookies.set(SESSION_COOKIE, token)
    assert anonymous.get(ME).status_code == 401


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    answer = enter(anonymous)
    session, csrf = cookie(answer, SESSION_COOKIE), cookie(answer, CSRF_COOKIE)
    for one in (session, csrf):
        assert (one["samesite"], one["path"], one["domain"], one["secure"]) == ("lax", "/", "", "")
        assert int(one["max-age"]) == yard.settings.session_lifetime.total_seconds()
    assert session["httponly"]
    assert not csrf["httponly"], "pages read it"
    assert csrf.value == answer.json()["csrf_token"]
    assert session.value not in answer.text


def test_cookies_are_secure_over_https(yard: Yard) -> None:
    add_person(yard)
    with TestClient(create_app(yard=yard), base_url="https://testserver") as client:
        assert cookie(enter(client), SESSION_COOKIE)["secure"]


def test_cookies_are_secure_in_production(settings: Settings) -> None:
    yard = Yard.open(settings.model_copy(update={"environment": "production"}))
    add_person(yard)
    with TestClient(create_app(yard=yard)) as client:
        answer = enter(client)
    yard.close()
    assert cookie(answer, SESSION_COOKIE)["secure"]
    assert cookie(answer, CSRF_COOKIE)["secure"]


def test_a_session_that_somebody_planted_is_not_taken_over(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    anonymous.cookies.set(SESSION_COOKIE, "planted")
    assert cookie(enter(anonymous), SESSION_COOKIE).value != "planted"
    with TestClient(create_app(yard=yard), cookies={SESSION_COOKIE: "planted"}) as attacker:
        assert attacker.get(ME).status_code == 401


def test_signing_in_again_ends_the_session_before(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    enter(anonymous)
    before = anonymous.cookies[SESSION_COOKIE]
    enter(anonymous)
    assert anonymous.cookies[SESSION_COOKIE] != before
    assert anonymous.get(ME).status_code == 200
    anonymous.cookies.clear()
    anonymous.cookies.set(SESSION_COOKIE, before)
    assert anonymous.get(ME).status_code == 401


def test_a_session_ends_when_it_is_not_used_and_lasts_when_it_is(yard: Yard) -> None:
    clock = Clock()
    add_person(yard)
    lifetime = yard.settings.session_lifetime
    with TestClient(create_app(yard=yard.at(clock))) as client:
        enter(client)
        for _ in range(3):
            clock.move(lifetime - timedelta(seconds=1))
            answer = client.get(ME)
            assert answer.status_code == 200
            assert int(cookie(answer, SESSION_COOKIE)["max-age"]) == lifetime.total_seconds(), "the cookie lasts too"
            assert cookie(answer, CSRF_COOKIE).value == answer.json()["csrf_token"]
        clock.move(timedelta(seconds=30))
        assert "set-cookie" not in client.get(ME).headers, "not each request writes"
        clock.move(lifetime)
        assert client.get(ME).status_code == 401


def test_forged_requests_are_refused(yard: Yard, client: TestClient) -> None:
    token = client.headers.pop(CSRF_HEADER)
    with TestClient(create_app(yard=yard)) as other:
        sign_in(yard, other)
        of_another_session = other.headers[CSRF_HEADER]
    for headers in ({}, {CSRF_HEADER: ""}, {CSRF_HEADER: "wrong"}, {CSRF_HEADER: of_another_session}):
        for method, path in (("PATCH", ME), ("POST", KEYS), ("DELETE", f"{KEYS}/x"), ("POST", "/api/v1/auth/sign-out")):
            answer = client.request(method, path, json={"name": "Eve", "scopes": ["data:read"]}, headers=headers)
            assert answer.status_code == 403, (method, path, headers)
            assert answer.json()["error"] == "forbidden"
    assert client.get(ME).json()["name"] == "Owner", "and reading needs no token"
    assert client.patch(ME, json={"name": "Olga"}, headers={CSRF_HEADER: token}).json()["name"] == "Olga"


def test_a_form_of_another_site_cannot_sign_somebody_in(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    body = f'{{"email": "{ANNA}", "password": "{PASSWORD}"}}'
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = anonymous.post("/api/v1/auth/sign-in", content=body, headers={"Content-Type": media_type})
        assert answer.status_code == 422
        assert not anonymous.cookies


def test_a_new_password_ends_the_other_sessions_but_not_this_one(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    enter(anonymous)
    with TestClient(create_app(yard=yard)) as elsewhere:
        enter(elsewhere)
        before = anonymous.cookies[SESSION_COOKIE]
        answer = anonymous.patch(ME, json={"password": OTHER_PASSWORD, "current_password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert elsewhere.get(ME).status_code == 401
    assert anonymous.cookies[SESSION_COOKIE] != before
    me = anonymous.get(ME).json()
    assert me["csrf_token"] == answer.json()["csrf_token"]
    anonymous.headers[CSRF_HEADER] = me["csrf_token"]
    assert anonymous.patch(ME, json={"name": "Anna B"}).status_code == 200


def test_too_many_guesses_say_when_to_come_back(yard: Yard, anonymous: TestClient) -> None:
    add_person(yard)
    for _ in range(attempts.MAX_FAILURES_PER_EMAIL):
        assert enter(anonymous, password="wrong").status_code == 401
    answer = enter(anonymous)
    assert answer.status_code == 429
    assert answer.json()["error"] == "too_many_attempts"
    assert int(answer.headers["Retry-After"]) == attempts.WINDOW.total_seconds()


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
