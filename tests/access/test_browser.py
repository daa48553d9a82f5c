"""What HTTP itself decides: cookies, CSRF, fixation, expiry, Retry-After."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from modelyard.access import verbs
from modelyard.access.attempts import MAX_FAILURES_PER_EMAIL
from modelyard.access.http import CSRF_COOKIE, SESSION_COOKIE
from modelyard.access.tables import User
from modelyard.doors.api.app import create_app
from modelyard.kernel.context import Actor
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.access.conftest import EMAIL, PASSWORD, Browsers, MovingClock, sign_in

AUTH = "/api/v1/auth"
CREDENTIALS = {"email": EMAIL, "password": PASSWORD}


def cookies_of(answer: object) -> dict[str, str]:
    stated: list[str] = answer.headers.get_list("set-cookie")  # type: ignore[attr-defined]  # httpx has no stubs here
    return {line.split("=")[0]: line for line in stated}


def test_cookies_are_closed_to_scripts_and_other_sites(stranger: TestClient, ada: User) -> None:
    cookies = cookies_of(stranger.post(f"{AUTH}/sign-in", json=CREDENTIALS))
    assert re.search("httponly", cookies[SESSION_COOKIE], re.IGNORECASE)
    assert not re.search("httponly", cookies[CSRF_COOKIE], re.IGNORECASE)
    for line in cookies.values():
        assert re.search("samesite=lax", line, re.IGNORECASE)
        assert not re.search("; secure", line, re.IGNORECASE), "http on a laptop"


def test_cookies_stay_on_https_when_the_request_came_by_it(browsers: Browsers, ada: User) -> None:
    answer = browsers("https://testserver").post(f"{AUTH}/sign-in", json=CREDENTIALS)
    assert all(re.search("; secure", line, re.IGNORECASE) for line in cookies_of(answer).values())


def test_cookies_stay_on_https_in_production(settings: Settings, ada: User) -> None:
    strict = Yard.open(Settings(environment="production", data=settings.data, secret_key="k" * 32))
    with TestClient(create_app(yard=strict)) as client:
        answer = client.post(f"{AUTH}/sign-in", json=CREDENTIALS)
    assert all(re.search("; secure", line, re.IGNORECASE) for line in cookies_of(answer).values())
    strict.close()


def test_nobody_is_signed_in_without_a_good_cookie(stranger: TestClient) -> None:
    assert stranger.get(f"{AUTH}/me").status_code == 401
    stranger.cookies.set(SESSION_COOKIE, "made-up")
    assert stranger.get(f"{AUTH}/me").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/me"), ("POST", "/keys"), ("DELETE", "/keys/ak_0"), ("POST", "/sign-out")]
)
def test_unsafe_requests_need_this_sessions_token(
    browser: TestClient, browsers: Browsers, ada: User, method: str, path: str
) -> None:
    other = sign_in(browsers()).headers["X-CSRF-Token"]
    del browser.headers["X-CSRF-Token"]
    body = {"name": "x", "scopes": ["data:read"]}
    for header in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": other}):
        answer = browser.request(method, AUTH + path, json=body, headers=header)
        assert answer.status_code == 403, header
    assert browser.get(f"{AUTH}/me").status_code == 200


def test_a_csrf_cookie_planted_from_outside_is_worth_nothing(browser: TestClient) -> None:
    """Double submit alone would accept a pair that an attacker set; this token is bound to the session."""
    browser.cookies.set(CSRF_COOKIE, "planted")
    answer = browser.patch(f"{AUTH}/me", json={"name": "x"}, headers={"X-CSRF-Token": "planted"})
    assert answer.status_code == 403


def test_the_readable_cookie_is_the_token_that_me_tells(browser: TestClient) -> None:
    token = browser.get(f"{AUTH}/me").json()["csrf_token"]
    assert token == browser.cookies[CSRF_COOKIE] == browser.headers["X-CSRF-Token"]
    assert browser.patch(f"{AUTH}/me", json={"name": "Countess"}).json()["name"] == "Countess"


def test_a_session_known_before_signing_in_is_worth_nothing_after(browser: TestClient, browsers: Browsers) -> None:
    """Fixation: whoever planted the first token does not hold the second."""
    planted = browser.cookies[SESSION_COOKIE]
    sign_in(browser)
    assert browser.cookies[SESSION_COOKIE] != planted
    attacker = browsers()
    attacker.cookies.set(SESSION_COOKIE, planted)
    assert attacker.get(f"{AUTH}/me").status_code == 401


def test_signing_in_never_adopts_a_token_from_outside(stranger: TestClient, browsers: Browsers, ada: User) -> None:
    chosen = {"Cookie": f"{SESSION_COOKIE}=chosen-by-the-attacker"}
    answer = stranger.post(f"{AUTH}/sign-in", json=CREDENTIALS, headers=chosen)
    assert "chosen-by-the-attacker" not in cookies_of(answer)[SESSION_COOKIE]
    assert browsers().get(f"{AUTH}/me", headers=chosen).status_code == 401


def test_signing_out_ends_the_session_on_the_server(browser: TestClient, browsers: Browsers) -> None:
    token = browser.cookies[SESSION_COOKIE]
    assert browser.post(f"{AUTH}/sign-out").status_code == 204
    assert SESSION_COOKIE not in browser.cookies
    thief = browsers()
    thief.cookies.set(SESSION_COOKIE, token)
    assert thief.get(f"{AUTH}/me").status_code == 401


def test_a_session_ends_without_use_and_lives_with_it(
    browser: TestClient, clock: MovingClock, settings: Settings
) -> None:
    almost = settings.session_lifetime - timedelta(minutes=1)
    for _ in range(3):
        clock.move(almost)
        answer = browser.get(f"{AUTH}/me")
        assert answer.status_code == 200
        assert SESSION_COOKIE in cookies_of(answer), "the browser is told to keep it longer too"
    clock.move(settings.session_lifetime)
    assert browser.get(f"{AUTH}/me").status_code == 401


def test_a_new_password_ends_other_browsers_and_keeps_this_one(browser: TestClient, browsers: Browsers) -> None:
    other, old = sign_in(browsers()), browser.cookies[SESSION_COOKIE]
    body = {"password": "quiet-Lantern 84 meadow", "current_password": PASSWORD}
    answer = browser.patch(f"{AUTH}/me", json=body)
    assert answer.status_code == 200, answer.text
    assert browser.cookies[SESSION_COOKIE] != old
    assert browser.get(f"{AUTH}/me").json()["csrf_token"] == answer.json()["csrf_token"]
    assert other.get(f"{AUTH}/me").status_code == 401


def test_too_many_attempts_say_when_to_come_back(stranger: TestClient, ada: User) -> None:
    wrong = {"email": EMAIL, "password": "not the password"}
    for _ in range(MAX_FAILURES_PER_EMAIL):
        assert stranger.post(f"{AUTH}/sign-in", json=wrong).status_code == 401
    answer = stranger.post(f"{AUTH}/sign-in", json=CREDENTIALS)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_form_of_another_site_cannot_sign_anybody_in(stranger: TestClient, ada: User) -> None:
    """A plain HTML form sends no JSON content type, and a script of another site may not without asking first."""
    body = f'{{"email": "{EMAIL}", "password": "{PASSWORD}"}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = stranger.post(f"{AUTH}/sign-in", content=body, headers={"Content-Type": kind})
        assert answer.status_code == 415, kind


def test_a_link_signs_in_once_over_http(stranger: TestClient, timed_yard: Yard, owner: Actor) -> None:
    with timed_yard.context(owner) as ctx:
        token = verbs.create_link(ctx)
    answer = stranger.post(f"{AUTH}/sign-in-link", json={"token": token})
    assert answer.json()["is_owner"]
    assert stranger.get(f"{AUTH}/me").json()["id"] == owner.id
    assert stranger.post(f"{AUTH}/sign-in-link", json={"token": token}).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sign-in", {}),
        ("/sign-in", {"email": 1, "password": None}),
        ("/sign-in", {"email": "a" * 400, "password": "x"}),
        ("/register", {"email": "new@example.org", "password": "y" * 2000}),
        ("/sign-in-link", {"token": "t" * 300}),
    ],
)
def test_what_does_not_fit_is_answered_with_its_field(stranger: TestClient, path: str, body: dict[str, object]) -> None:
    answer = stranger.post(AUTH + path, json=body)
    assert answer.status_code == 422
    assert answer.json()["fields"]


@pytest.mark.postgres
def test_nul_characters_are_refused_on_both_databases(stranger: TestClient) -> None:
    body = {"email": "new@example.org", "password": PASSWORD, "name": "a\0b"}
    assert stranger.post(f"{AUTH}/register", json=body).status_code == 422
    assert stranger.post(f"{AUTH}/sign-in", json={"email": "a\0@b.org", "password": "x"}).status_code in (401, 422)
