"""Browser keys over HTTP: what pages of other sites can do with one, and what they cannot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from modelyard.chat.verbs import create_collection
from modelyard.endpoints.browser_keys import READERS_PER_ADDRESS, take_question, visit_with_key
from modelyard.endpoints.quotas import LimitReached
from modelyard.endpoints.readers import Reader
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard
from tests.access.people import Clock

pytestmark = pytest.mark.postgres

SITE = "https://docs.example.org"
EVIL = "https://evil.example.com"
QUESTION = {"inputs": [{"question": "How do I begin?"}]}


@dataclass
class Site:
    """A site with a key, and a browser with its pages."""

    yard: Yard
    owner: TestClient
    browser: TestClient
    endpoint_id: str
    key: str

    @property
    def address(self) -> str:
        return f"/api/v1/public/endpoints/{self.endpoint_id}"

    def headers(self, origin: str | None = SITE, **more: str) -> dict[str, str]:
        return {"X-Browser-Key": self.key, **({"Origin": origin} if origin is not None else {}), **more}

    def ask(self, body: dict[str, Any] = QUESTION, origin: str | None = SITE, **headers: str) -> Response:
        return self.browser.post(f"{self.address}/calls", json=body, headers=self.headers(origin, **headers))

    def preflight(self, origin: str, path: str = "/calls") -> Response:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return self.browser.options(self.address + path, headers=asked)


@pytest.fixture
def make_key(yard: Yard, owner: Actor, client: TestClient) -> Callable[..., tuple[str, str]]:
    """Make a collection and a browser key of it; return the ids of its endpoint and of the key."""

    def make(**changes: Any) -> tuple[str, str]:
        with yard.context(owner) as ctx:
            endpoint_id = create_collection(ctx, "Handbook").endpoint_id
        body = {"name": "Docs", "origins": [SITE], **changes}
        answer = client.post(f"/api/v1/endpoints/{endpoint_id}/browser-keys", json=body)
        assert answer.status_code == 201, answer.text
        return endpoint_id, answer.json()["key"]

    return make


@pytest.fixture
def site(yard: Yard, client: TestClient, anonymous: TestClient, make_key: Callable[..., tuple[str, str]]) -> Site:
    return Site(yard, client, anonymous, *make_key())


def test_a_page_of_the_site_asks_and_may_read_the_answer(site: Site) -> None:
    answer = site.ask()
    assert answer.status_code == 200, answer.text
    assert answer.json()["outputs"][0]["question"] == "How do I begin?"
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    calls = site.owner.get(f"/api/v1/endpoints/{site.endpoint_id}/calls").json()["items"]
    assert [call["actor_name"] for call in calls] == ["browser key Docs"]


def test_an_answer_comes_in_pieces(site: Site) -> None:
    answer = site.ask(Accept="text/event-stream")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.text.startswith("event: meta\n")
    assert "event: done" in answer.text


@pytest.mark.parametrize("origin", [EVIL, "null", "", None, f"{SITE}.evil.com", "http://docs.example.org"])
def test_any_other_page_is_refused_and_told_nothing(site: Site, origin: str | None) -> None:
    answer = site.ask(origin=origin)
    assert (answer.status_code, answer.json()["error"]) == (403, "origin_refused")
    assert "Access-Control-Allow-Origin" not in answer.headers
    if origin:
        assert site.preflight(origin).status_code == 403
        assert "Access-Control-Allow-Origin" not in site.preflight(origin).headers


def test_a_preflight_carries_no_key_and_is_answered_from_the_keys_of_its_endpoint(site: Site) -> None:
    answer = site.preflight(SITE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "x-browser-key" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "Origin" in answer.headers["Vary"]
    for path in ("/sessions", "/sessions/cs_1", "/calls/cl_1/feedback"):
        assert site.preflight(SITE, path).status_code == 204


@pytest.mark.parametrize(
    "path", ["/api/v1/auth/me", "/api/v1/endpoints", "/api/v1/public/endpoints/{}", "/api/v1/endpoints/{}/calls", "/"]
)
def test_nothing_else_says_a_word_to_other_origins(site: Site, path: str) -> None:
    address = path.format(site.endpoint_id)
    asked = {"Origin": SITE, "Access-Control-Request-Method": "GET"}
    for answer in (site.browser.get(address, headers=site.headers()), site.browser.options(address, headers=asked)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_health_tells_every_page_that_the_server_is_awake(site: Site) -> None:
    answer = site.browser.get("/health", headers={"Origin": EVIL})
    assert (answer.json(), answer.headers["Access-Control-Allow-Origin"]) == ({"status": "ok"}, "*")


def test_a_widget_learns_its_endpoint_and_nothing_of_the_owner(site: Site) -> None:
    answer = site.browser.get(f"/api/v1/widget/{site.key}", headers={"Origin": SITE})
    assert answer.json() == {"endpoint_id": site.endpoint_id, "name": "Handbook"}
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert site.browser.get(f"/api/v1/widget/{site.key}", headers={"Origin": EVIL}).status_code == 403
    assert site.browser.get("/api/v1/widget/mb_unknown", headers={"Origin": SITE}).status_code == 404


def test_a_key_opens_one_endpoint_and_no_more(site: Site, make_key: Callable[..., tuple[str, str]]) -> None:
    other, _ = make_key()
    headers = site.headers()
    assert (
        site.browser.post(f"/api/v1/public/endpoints/{other}/calls", json=QUESTION, headers=headers).status_code == 404
    )
    assert site.browser.get(f"/api/v1/endpoints/{site.endpoint_id}", headers=headers).status_code == 401
    bearer = {"Authorization": f"Bearer {site.key}", "Origin": SITE}
    assert site.browser.get("/api/v1/collections", headers=bearer).status_code == 401


def test_without_a_key_the_page_is_public_or_there_is_none(site: Site) -> None:
    assert site.browser.post(f"{site.address}/calls", json=QUESTION, headers={"Origin": SITE}).status_code == 404


def test_a_reader_has_conversations_and_feedback_of_their_own(site: Site) -> None:
    first = site.ask().json()
    mine = site.headers(**{"X-Reader-Token": first["reader_token"]})
    shown = site.browser.get(f"{site.address}/sessions/{first['session']}", headers=mine)
    assert [turn["question"] for turn in shown.json()["turns"]] == ["How do I begin?"]
    assert shown.headers["Access-Control-Allow-Origin"] == SITE
    thumb = site.browser.put(f"{site.address}/calls/{first['call_id']}/feedback", json={"thumb": "up"}, headers=mine)
    assert thumb.json() == {"thumb": "up", "comment": ""}
    other = site.headers(**{"X-Reader-Token": site.ask().json()["reader_token"]})
    assert site.browser.get(f"{site.address}/sessions/{first['session']}", headers=other).status_code == 404
    assert site.browser.get(f"{site.address}/sessions", headers={**mine, "Origin": EVIL}).status_code == 403


def test_a_question_that_is_sent_twice_is_answered_and_counted_once(site: Site) -> None:
    first, second = (site.ask(**{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json()["call_id"] == second.json()["call_id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    [key] = site.owner.get(f"/api/v1/endpoints/{site.endpoint_id}/browser-keys").json()
    assert key["n_questions_today"] == 1


def test_a_revoked_or_expired_key_opens_nothing(site: Site) -> None:
    with pytest.raises(NotFound):
        visit_with_key(site.yard, "mb_unknown", SITE)
    keys = f"/api/v1/endpoints/{site.endpoint_id}/browser-keys"
    expires_at = (site.yard.clock() + timedelta(hours=1)).isoformat()
    body = {"name": "Short", "origins": [EVIL], "expires_at": expires_at}
    short = site.owner.post(keys, json=body).json()["id"]
    assert visit_with_key(site.yard, short, EVIL).endpoint_name == "Handbook"
    later = site.yard.at(lambda: site.yard.clock() + timedelta(hours=2))
    with pytest.raises(NotFound):
        visit_with_key(later, short, EVIL)
    assert site.owner.delete(f"{keys}/{site.key}").status_code == 204
    assert site.ask().status_code == 404
    assert site.preflight(SITE).status_code == 403
    assert [key["id"] for key in site.owner.get(keys).json()] == [short]


def test_a_reader_an_address_and_all_readers_have_a_day_each(
    yard: Yard, make_key: Callable[..., tuple[str, str]]
) -> None:
    _, key_id = make_key(questions_per_reader_per_day=2, questions_per_day=45)
    clock = Clock()
    timed = yard.at(clock)
    visit = visit_with_key(timed, key_id, SITE)

    def asked(reader: str, address: str = "192.0.2.1") -> str:
        clock.move(timedelta(minutes=1))  # the limit of a minute is of no interest here
        try:
            take_question(timed, visit, Reader(reader, None), address=address)
        except LimitReached as reached:
            return reached.standing.limit.told
        return "answered"

    clock.now = clock.now.replace(hour=1)
    assert [asked("rd_a") for _ in range(3)] == ["answered", "answered", "2 questions a day for one reader"]
    others = [asked(f"rd_{n}") for n in range(2 * READERS_PER_ADDRESS - 1)]
    assert (set(others[:-1]), others[-1]) == (
        {"answered"},
        f"{2 * READERS_PER_ADDRESS} questions a day for one address",
    )
    elsewhere = [asked(f"rd_x{n}", "198.51.100.7") for n in range(6)]
    assert elsewhere == ["answered"] * 5 + ["45 questions a day"]
    clock.move(timedelta(days=1))
    assert asked("rd_a") == "answered"


def test_a_program_that_claims_the_origin_gets_no_further_than_the_quota(
    yard: Yard, client: TestClient, anonymous: TestClient, make_key: Callable[..., tuple[str, str]]
) -> None:
    site = Site(yard, client, anonymous, *make_key(questions_per_day=2))
    answers = [site.ask() for _ in range(3)]  # a new reader each time, for no token is sent
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Access-Control-Allow-Origin"] == SITE, "the page can say when to come back"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_what_is_too_wide_is_refused_with_its_place(site: Site) -> None:
    keys = f"/api/v1/endpoints/{site.endpoint_id}/browser-keys"
    answer = site.owner.post(keys, json={"name": "x", "origins": [SITE, "https://*.vercel.app"]})
    assert (answer.status_code, answer.json()["fields"][0]["path"]) == (422, ["origins", 1])
    for body in ({"origins": []}, {"origins": [SITE], "questions_per_day": 0}, {"origins": [SITE], "secret": 1}):
        assert site.owner.post(keys, json={"name": "x", **body}).status_code == 422
    assert site.browser.get(keys).status_code == 401


def test_keys_go_with_their_endpoint_and_are_counted_before(site: Site) -> None:
    from modelyard.endpoints.verbs import count_what_goes, delete_endpoint

    with site.yard.context(_owner(site.yard)) as ctx:
        assert count_what_goes(ctx, site.endpoint_id)["browser keys"] == 1
        delete_endpoint(ctx, site.endpoint_id)
    with pytest.raises(NotFound):
        visit_with_key(site.yard, site.key, SITE)


def _owner(yard: Yard) -> Actor:
    from modelyard.access.verbs import ensure_local_owner
    from modelyard.kernel.context import ANONYMOUS

    with yard.context(ANONYMOUS) as ctx:
        return ensure_local_owner(ctx)
