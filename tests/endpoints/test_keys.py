"""Keys of an endpoint: they open it for calls and nothing else, are shown once, and end."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from modelyard.access.verbs import create_key
from modelyard.endpoints.verbs import delete_endpoint
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.models.engines.lightgbm import LightGBM
from modelyard.models.tables import Model
from tests.access.people import add_person
from tests.conftest import sign_in
from tests.endpoints.conftest import ROW, Programs
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register

pytestmark = pytest.mark.postgres


def key_of(client: TestClient, address: str, **changes: object) -> dict[str, str]:
    answer = client.post(f"{address}/keys", json={"name": "shop", **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_a_key_calls_its_endpoint(client: TestClient, address: str, programs: Programs) -> None:
    made = key_of(client, address, calls_per_minute=60, rows_per_day=1000)
    answer = programs(made["key"]).post(f"{address}/calls", json={"inputs": [ROW, ROW]})
    assert answer.status_code == 200, answer.text
    listed = client.get(f"{address}/keys").json()
    assert "key" not in listed[0], "the secret is shown once"
    assert made["key"] not in str(listed)
    assert (listed[0]["n_calls_this_minute"], listed[0]["n_rows_today"]) == (1, 2)
    assert listed[0]["used_at"] is not None
    assert client.get(f"{address}/calls").json()["items"][0]["actor_name"] == "Owner (shop)"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/endpoints"),
        ("GET", "{address}"),
        ("PATCH", "{address}"),
        ("GET", "{address}/calls"),
        ("GET", "{address}/keys"),
        ("POST", "{address}/keys"),
        ("GET", "/api/v1/datasets"),
        ("GET", "/api/v1/models"),
        ("GET", "/api/v1/auth/keys"),
        ("POST", "/api/v1/auth/keys"),
    ],
)
def test_a_key_opens_nothing_else(client: TestClient, address: str, programs: Programs, method: str, path: str) -> None:
    program = programs(key_of(client, address)["key"])
    body = {"name": "more", "scopes": ["endpoints:call"]} if path.endswith("keys") else {"name": "mine"}
    answer = program.request(method, path.format(address=address), json=body if method != "GET" else None)
    assert answer.status_code == 403, answer.text


def test_a_key_of_another_endpoint_is_refused_with_what_to_do(
    client: TestClient, address: str, programs: Programs, yard: Yard, owner: Actor
) -> None:
    table = table_of(mixed(200).drop("two"), "value", "regression")
    other = register(yard, owner, draft_of(yard, table, LightGBM(n_estimators=5), name="another")[1])
    program = programs(key_of(client, f"/api/v1/endpoints/{other.endpoint_id}")["key"])
    for elsewhere in (address, "/api/v1/endpoints/ep_nothing"):
        answer = program.post(f"{elsewhere}/calls", json={"inputs": [ROW]})
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
        assert answer.json()["detail"] == "This API key is for another endpoint."
        assert f"/api/v1/endpoints/{other.endpoint_id}/calls" in answer.json()["hint"]
    assert client.get(f"{address}/calls").json()["items"] == []


def test_a_revoked_key_is_gone_for_good(client: TestClient, address: str, programs: Programs) -> None:
    made = key_of(client, address)
    assert client.delete(f"{address}/keys/{made['id']}").status_code == 204
    assert programs(made["key"]).post(f"{address}/calls", json={"inputs": [ROW]}).status_code == 401
    assert client.get(f"{address}/keys").json() == []
    assert client.delete(f"{address}/keys/{made['id']}").status_code == 404


def test_an_expired_key_is_refused(yard: Yard, client: TestClient, address: str, programs: Programs) -> None:
    soon = yard.clock() + timedelta(hours=1)
    made = key_of(client, address, expires_at=soon.isoformat())
    from modelyard.doors.api.app import create_app

    later = create_app(yard=yard.at(lambda: soon))
    with TestClient(later, headers={"Authorization": f"Bearer {made['key']}"}) as program:
        answer = program.post(f"{address}/calls", json={"inputs": [ROW]})
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthenticated")


def test_personal_keys_go_on_working(
    yard: Yard, owner: Actor, client: TestClient, address: str, programs: Programs
) -> None:
    with yard.context(owner) as ctx:
        _, secret = create_key(ctx, name="notebook", scopes=["endpoints:call"])
    key_of(client, address)
    answer = programs(secret).post(f"{address}/calls", json={"inputs": [ROW]})
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
    assert [key["name"] for key in client.get("/api/v1/auth/keys").json()] == ["notebook"]


def test_keys_are_their_owners_and_go_with_the_endpoint(
    yard: Yard, owner: Actor, model: Model, client: TestClient, anonymous: TestClient, address: str, programs: Programs
) -> None:
    made = key_of(client, address)
    sign_in(yard, anonymous, email=add_person(yard).email)
    assert anonymous.get(f"{address}/keys").status_code == 404
    assert anonymous.delete(f"{address}/keys/{made['id']}").status_code == 404
    with yard.context(owner) as ctx:
        delete_endpoint(ctx, str(model.endpoint_id))
    assert programs(made["key"]).post(f"{address}/calls", json={"inputs": [ROW]}).status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "rows_per_day": 0}, {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}]
)
def test_wrong_keys_are_refused(client: TestClient, address: str, body: object) -> None:
    assert client.post(f"{address}/keys", json=body).status_code == 422
