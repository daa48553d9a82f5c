"""The public page of an endpoint: open to anyone while it is on, within its limits, and silent about its owner."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from modelyard.access.verbs import create_key
from modelyard.doors.api.app import create_app
from modelyard.endpoints.public import call_public_page
from modelyard.endpoints.quotas import LimitReached
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.models.verbs import rename_model
from tests.access.people import Clock
from tests.endpoints.conftest import ROW, Programs

pytestmark = pytest.mark.postgres


@pytest.fixture
def page(client: TestClient, model: Model, address: str) -> str:
    """The address of the public page's API, switched on."""
    answer = client.patch(address, json={"is_public": True})
    assert answer.status_code == 200, answer.text
    return f"/api/v1/public/endpoints/{model.endpoint_id}"


def test_a_page_is_off_until_it_is_switched_on(client: TestClient, anonymous: TestClient, address: str) -> None:
    page = address.replace("/endpoints", "/public/endpoints")
    for answer in (anonymous.get(page), anonymous.post(f"{page}/calls", json={"inputs": [ROW]})):
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no public page here.")
    assert client.get(address).json()["public_url"] is None


def test_a_visitor_tries_it(client: TestClient, anonymous: TestClient, page: str, address: str) -> None:
    answer = anonymous.post(f"{page}/calls", json={"inputs": [ROW]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["outputs"][0]["prediction"] in ("no", "yes")
    assert answer.headers["RateLimit-Policy"] == '"calls-per-minute";q=20;w=60, "calls-per-day";q=200;w=86400'
    kept = client.get(f"{address}/calls").json()["items"]
    assert [(call["actor_name"], call["status"]) for call in kept] == [("public page", "succeeded")]


def test_a_visitor_learns_the_signature_and_nothing_of_the_owner(
    client: TestClient, anonymous: TestClient, page: str, address: str
) -> None:
    shown = anonymous.get(page).json()
    assert set(shown) == {"id", "name", "takes", "signature", "max_inputs"}
    assert set(shown["signature"]) == {"inputs", "output"}
    assert shown["signature"]["inputs"] == client.get(address).json()["signature"]["inputs"]
    assert "Owner" not in str(shown)
    assert "set-cookie" not in anonymous.get(page).headers


def test_a_signed_in_browser_needs_no_csrf_header(client: TestClient, page: str) -> None:
    del client.headers["X-CSRF-Token"]
    assert client.post(f"{page}/calls", json={"inputs": [ROW]}).status_code == 200


def test_a_wrong_row_is_refused_as_for_the_owner(
    client: TestClient, anonymous: TestClient, page: str, address: str
) -> None:
    answer = anonymous.post(f"{page}/calls", json={"inputs": [{**ROW, "age": "forty"}]})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == ["inputs", 0, "age"]
    assert client.get(f"{address}/calls").json()["items"][0]["status"] == "failed"


def test_a_page_takes_few_rows_and_no_version(anonymous: TestClient, page: str) -> None:
    assert anonymous.post(f"{page}/calls", json={"inputs": [ROW] * 21}).status_code == 422
    assert anonymous.post(f"{page}/calls", json={"inputs": [ROW], "version": 1}).status_code == 422


def test_switching_off_works_at_once(client: TestClient, anonymous: TestClient, page: str, address: str) -> None:
    assert anonymous.get(page).status_code == 200
    client.patch(address, json={"is_public": False})
    assert anonymous.get(page).status_code == 404
    assert anonymous.post(f"{page}/calls", json={"inputs": [ROW]}).status_code == 404


def test_the_calls_of_a_day_are_for_all_visitors(client: TestClient, page: str, address: str, yard: Yard) -> None:
    client.patch(address, json={"public_calls_per_day": 2})
    endpoint_id = page.rpartition("/")[2]
    for visitor in ("192.0.2.1", "192.0.2.2"):
        call_public_page(yard, endpoint_id, [ROW], address=visitor)
    with pytest.raises(LimitReached, match="The limit of 2 calls a day is reached"):
        call_public_page(yard, endpoint_id, [ROW], address="192.0.2.3")
    tomorrow = yard.at(lambda: yard.clock() + timedelta(days=1))
    assert call_public_page(tomorrow, endpoint_id, [ROW], address="192.0.2.3")[0].status == "succeeded"


def test_the_calls_of_a_minute_are_each_address_s(page: str, yard: Yard) -> None:
    clock = Clock()
    timed, endpoint_id = yard.at(clock), page.rpartition("/")[2]

    def attempt(address: str) -> bool:
        try:
            call_public_page(timed, endpoint_id, [ROW], address=address)
        except LimitReached as reached:
            return reached.standing.limit.period != "minute"
        return True

    n = yard.settings.public_calls_per_minute
    assert [attempt("2001:db8::1") for _ in range(n + 1)] == [True] * n + [False]
    assert not attempt("2001:db8::2"), "a household is one visitor"
    assert attempt("2001:db8:1::1")
    assert attempt("192.0.2.1")
    clock.move(timedelta(minutes=1))
    assert attempt("2001:db8::1")


def test_visitors_addresses_are_not_kept(page: str, yard: Yard, owner: Actor) -> None:
    from sqlalchemy import select

    from modelyard.endpoints.tables import Allowance

    call_public_page(yard, page.rpartition("/")[2], [ROW], address="192.0.2.77")
    with yard.context(owner) as ctx:
        assert not any("192.0.2.77" in id_ for id_ in ctx.session.scalars(select(Allowance.id)))


def test_what_can_be_changed(yard: Yard, client: TestClient, address: str) -> None:
    changes = {"name": "  Will they\tcome back? ", "not_sure_below": 0.7, "is_public": True, "public_calls_per_day": 5}
    changed = client.patch(address, json=changes).json()
    assert (changed["name"], changed["not_sure_below"]) == ("Will they come back?", 0.7)
    assert changed["public_url"] == f"/try/?id={changed['id']}"
    assert client.patch(address, json={"not_sure_below": None}).json() == {**changed, "not_sure_below": None}
    assert client.get(address).json()["public_calls_per_day"] == 5
    settings = yard.settings.model_copy(update={"public_url": "https://models.example.org/"})
    from dataclasses import replace

    from tests.conftest import sign_in

    with TestClient(create_app(yard=replace(yard, settings=settings))) as elsewhere:
        sign_in(yard, elsewhere)
        assert elsewhere.get(address).json()["public_url"] == f"https://models.example.org/try/?id={changed['id']}"


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": " "},
        {"name": None},
        {"is_public": None},
        {"not_sure_below": 1.2},
        {"public_calls_per_day": 0},
        {"owner_id": "me"},
    ],
)
def test_wrong_changes_are_refused(client: TestClient, address: str, body: object) -> None:
    before = client.get(address).json()
    assert client.patch(address, json=body).status_code == 422
    assert client.get(address).json() == before


def test_a_name_of_its_own_outlives_the_models(
    yard: Yard, owner: Actor, model: Model, client: TestClient, address: str
) -> None:
    def rename(name: str) -> None:
        with yard.context(owner) as ctx:
            rename_model(ctx, model.id, name)

    rename("second")
    assert client.get(address).json()["name"] == "second"
    client.patch(address, json={"name": "mine"})
    rename("third")
    assert client.get(address).json()["name"] == "mine"


def test_changing_needs_its_scope(yard: Yard, owner: Actor, address: str, programs: Programs) -> None:
    with yard.context(owner) as ctx:
        _, secret = create_key(ctx, name="reader", scopes=["endpoints:read", "models:write"])
    assert programs(secret).patch(address, json={"name": "mine"}).status_code == 403
