"""LLMs over HTTP: added, tried, changed and removed; their keys are seen by nobody, in whatever goes wrong."""

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from modelyard.access.verbs import create_key
from modelyard.kernel.context import Actor
from modelyard.kernel.sealing import SealBroken
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.llm.client import client_for, client_of
from modelyard.llm.provider import Access
from modelyard.llm.tables import Llm
from tests.access.people import add_person
from tests.conftest import application_over, sign_in
from tests.llm.conftest import SECRET
from tests.llm.stub import Stub

pytestmark = pytest.mark.postgres
LLMS = "/api/v1/llms"
SCRIPT = {"kind": "scripted", "lines": [{"when": "sky", "say": "Blue."}]}


def document(stub: Stub, **changes: Any) -> dict[str, Any]:
    return {"kind": "openai", "model": "gpt-x", "base_url": f"{stub.url}/v1", **changes}


def added(client: TestClient, provider: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = client.post(LLMS, json={"name": "Mine", "provider": provider, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_llm_is_added_tried_changed_and_removed(client: TestClient, stub: Stub) -> None:
    llm = added(client, document(stub), secret=SECRET)
    assert (llm["provider_kind"], llm["llm_name"], llm["completes"], llm["embeds"]) == ("openai", "gpt-x", True, False)
    assert (llm["secret_ends"], llm["has_secret"], llm["is_scripted"], llm["check"]) == ("4711", True, False, None)
    tried = client.post(f"{LLMS}/{llm['id']}/check").json()
    assert (tried["is_ok"], tried["text"], tried["usage"]["cost_usd"]) == (True, "The sky is blue.", None)
    assert client.get(f"{LLMS}/{llm['id']}").json()["check"]["is_ok"]
    renamed = client.patch(f"{LLMS}/{llm['id']}", json={"name": "  Other   name "}).json()
    assert (renamed["name"], renamed["has_secret"]) == ("Other name", True)
    assert client.delete(f"{LLMS}/{llm['id']}").status_code == 204
    assert client.get(f"{LLMS}/{llm['id']}").status_code == 404
    assert client.get(LLMS).json() == {"items": [], "next": None}


def test_an_embedder_is_tried_by_embedding(client: TestClient, stub: Stub) -> None:
    llm = added(client, document(stub, serves="embeddings", embedder_languages=["vi", "en"]))
    assert (llm["completes"], llm["embeds"], llm["languages"]) == (False, True, ["en", "vi"])
    assert client.post(f"{LLMS}/{llm['id']}/check").json()["dimensions"] == stub.size


def test_a_try_that_fails_says_what_to_do(client: TestClient, stub: Stub) -> None:
    llm = added(client, document(stub), secret=SECRET)
    stub.behaviours = ["401"]
    tried = client.post(f"{LLMS}/{llm['id']}/check").json()
    assert not tried["is_ok"]
    assert tried["error"]["error"] == "llm_refused_key"
    assert tried["error"]["hint"]
    assert client.get(LLMS).json()["items"][0]["check"]["error"]["error"] == "llm_refused_key"


def test_scripted_answers_are_always_called_so(client: TestClient) -> None:
    llm = added(client, SCRIPT)
    assert llm["is_scripted"]
    assert client.post(f"{LLMS}/{llm['id']}/check").json()["text"] == "Blue."


WRONG: list[tuple[dict[str, Any], list[Any]]] = [
    ({"provider": {"kind": "nobody"}}, ["provider", "kind"]),
    ({"provider": {"kind": "openai"}}, ["provider", "model"]),
    ({"provider": {"kind": "openai", "model": "x", "api_key": "k"}}, ["provider", "api_key"]),
    ({"provider": {"kind": "openai", "model": "x"}}, ["secret"]),
    ({"provider": SCRIPT, "secret": "two words"}, ["secret"]),
    ({"provider": SCRIPT, "secret": "schlüssel"}, ["secret"]),
    ({"provider": SCRIPT, "name": "  "}, ["name"]),
    ({"provider": {"kind": "openai", "model": "x", "base_url": "file:///etc/passwd"}}, ["provider", "base_url"]),
    ({"provider": {"kind": "openai", "model": "x", "base_url": "http://169.254.169.254/v1"}},
     ["provider", "base_url"]),
    ({"provider": {"kind": "openai", "model": "x", "base_url": "http://u:p@127.0.0.1/v1"}},
     ["provider", "base_url"]),
    ({"provider": {"kind": "openai", "model": "x", "base_url": "http://127.0.0.1/v1?key=1"}},
     ["provider", "base_url"]),
    ({"provider": {"kind": "scripted", "lines": [{"when": "("}]}}, ["provider", "lines", 0, "when"]),
    ({"provider": {"kind": "scripted", "file": "/nowhere.json"}}, ["provider", "file"]),
    ({"provider": {"kind": "local", "file": "/etc/passwd"}}, ["provider", "file"]),
]  # fmt: skip


def test_what_cannot_work_is_refused_where_it_is_wrong(client: TestClient) -> None:
    for body, path in WRONG:
        answer = client.post(LLMS, json={"name": "Mine", **body})
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["fields"][0]["path"][-len(path) :] == path, (body, answer.text)
    assert client.get(LLMS).json()["items"] == []


def test_in_production_no_private_address_and_no_file_of_the_server_is_read(
    settings: Settings, owner: Actor, stub: Stub
) -> None:
    changed = {"environment": "production", "secret_key": "k" * 32, "data": settings.data}
    strict = Yard.open(Settings.model_validate({**changed, "database_url": settings.database_url}))
    with TestClient(application_over(strict), base_url="https://testserver") as client:
        sign_in(strict, client)
        for provider in (document(stub), {"kind": "scripted", "file": str(settings.data / "x.json")}):
            answer = client.post(LLMS, json={"name": "Mine", "provider": provider})
            assert answer.status_code == 422, answer.text
            assert answer.json()["hint"]
    strict.close()


def test_the_key_is_asked_for_again_when_requests_go_elsewhere(client: TestClient, stub: Stub) -> None:
    llm = added(client, document(stub), secret=SECRET)
    elsewhere = document(stub, base_url="http://127.0.0.1:9/v1")
    answer = client.patch(f"{LLMS}/{llm['id']}", json={"provider": elsewhere})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"][-1] == "secret"
    assert client.get(f"{LLMS}/{llm['id']}").json()["provider"]["base_url"] == f"{stub.url}/v1"
    moved = client.patch(f"{LLMS}/{llm['id']}", json={"provider": elsewhere, "secret": "sk-another-key-0815"}).json()
    assert moved["secret_ends"] == "0815"
    same = client.patch(f"{LLMS}/{llm['id']}", json={"provider": {**elsewhere, "model": "gpt-y"}}).json()
    assert (same["llm_name"], same["has_secret"]) == ("gpt-y", True)
    assert not client.patch(f"{LLMS}/{llm['id']}", json={"secret": None}).json()["has_secret"]


def test_the_key_is_in_nothing_that_anybody_sees(
    client: TestClient, yard: Yard, stub: Stub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    llm = added(client, document(stub), secret=SECRET)
    seen = [json.dumps(llm)]
    for behaviour in ("fine", "401", "404", "500", "garbage", "half", "drop"):
        stub.behaviours = [behaviour]
        seen += [client.post(f"{LLMS}/{llm['id']}/check").text, client.get(LLMS).text]
    seen += [client.patch(f"{LLMS}/{llm['id']}", json={"secret": f"{SECRET} {SECRET}"}).text]
    assert SECRET in str(stub.headers), "it was sent where it belongs"
    with yard.readers() as session:
        row = session.scalars(select(Llm)).one()
        seen += [str(vars(row)), repr(client_of(session, row, yard.settings).__dict__.keys())]
    said = capfd.readouterr()
    text = "".join([*seen, caplog.text, said.out, said.err])
    assert SECRET not in text


def test_a_key_cannot_be_opened_with_another_secret_key_or_in_another_row(
    client: TestClient, yard: Yard, owner: Actor, stub: Stub
) -> None:
    first, second = (added(client, document(stub), secret=f"{SECRET}-{i}")["id"] for i in range(2))
    with yard.context(owner) as ctx:
        one, other = (ctx.session.get_one(Llm, llm_id) for llm_id in (first, second))
        changed = yard.settings.model_copy(update={"secret_key": type(yard.settings.secret_key)("x" * 40)})
        with pytest.raises(SealBroken) as broken:
            client_of(ctx.session, one, changed)
        assert "MODELYARD_SECRET_KEY" in str(broken.value.hint)
        one.secret = other.secret
    tried = client.post(f"{LLMS}/{first}/check")
    assert tried.status_code == 200
    assert tried.json()["error"]["error"] == "seal_broken"


def test_llms_are_their_owners_own(client: TestClient, yard: Yard, owner: Actor, stub: Stub) -> None:
    llm = added(client, document(stub), secret=SECRET)
    stranger = add_person(yard)
    with TestClient(application_over(yard)) as other:
        sign_in(yard, other, stranger.email)
        for method, path in (("get", ""), ("patch", ""), ("delete", ""), ("post", "/check")):
            answer = other.request(method, f"{LLMS}/{llm['id']}{path}", json={} if method == "patch" else None)
            assert answer.status_code == 404, path
        assert other.get(LLMS).json()["items"] == []


def test_a_key_without_the_scope_changes_nothing(client: TestClient, yard: Yard, owner: Actor, stub: Stub) -> None:
    llm = added(client, SCRIPT)
    with yard.context(owner) as ctx:
        _, key = create_key(ctx, name="reader", scopes=["llms:read"])
    program = {"Authorization": f"Bearer {key}"}
    with TestClient(application_over(yard)) as other:
        assert other.get(LLMS, headers=program).status_code == 200
        assert other.post(f"{LLMS}/{llm['id']}/check", headers=program).status_code == 403
        assert other.delete(f"{LLMS}/{llm['id']}", headers=program).status_code == 403
        assert other.put(f"{LLMS}/budget", json={"usd_per_month": 1}, headers=program).status_code == 403
        assert other.get(LLMS).status_code == 401


def test_keys_of_the_settings_are_for_the_yards_owner_and_their_own_address(
    yard: Yard, owner: Actor, stub: Stub
) -> None:
    given = yard.settings.model_copy(update={"openai_api_key": type(yard.settings.secret_key)("sk-of-the-yard")})
    stranger = add_person(yard)
    with yard.context(owner) as ctx:
        rows = [
            Llm(id=f"lm_{i}", owner_id=whose, name="x", provider=document(stub) | changes, provider_kind="openai",
                created_at=ctx.clock())
            for i, (whose, changes) in enumerate(
                [(owner.id, {"base_url": "https://api.openai.com/v1"}), (owner.id, {}),
                 (stranger.id, {"base_url": "https://api.openai.com/v1"})]
            )
        ]  # fmt: skip
        ctx.session.add_all(rows)
        ctx.session.flush()
        keys = [client_of(ctx.session, row, given)._access.secret for row in rows]
        assert keys == ["sk-of-the-yard", None, None]
        everybody = given.model_copy(update={"llm_keys_for": "everybody"})
        assert client_of(ctx.session, rows[2], everybody)._access.secret == "sk-of-the-yard"
        assert client_for(ctx, "lm_2", owner_id=stranger.id).info.llm_id == "lm_2"


def test_keys_of_the_settings_reach_a_run_and_are_shown_nowhere(yard: Yard) -> None:
    given = yard.settings.model_copy(update={"cohere_api_key": type(yard.settings.secret_key)(SECRET)})
    assert Settings.revived(given.dumped()).cohere_api_key.get_secret_value() == SECRET
    assert SECRET not in repr(given) + given.model_dump_json() + repr(Access(SECRET, given))


def test_the_budget_is_set_and_told(client: TestClient, stub: Stub) -> None:
    assert client.get(f"{LLMS}/budget").json()["usd_per_month"] is None
    told = client.put(f"{LLMS}/budget", json={"usd_per_month": 12.5}).json()
    assert (told["usd_per_month"], told["spent_usd"], told["by_llm"]) == (12.5, 0.0, [])
    for wrong in (-1, 1e9, "NaN", "Infinity"):
        assert client.put(f"{LLMS}/budget", json={"usd_per_month": wrong}).status_code == 422
    assert client.put(f"{LLMS}/budget", json={}).status_code == 422
    assert client.get(f"{LLMS}/budget?month=2026-13").status_code == 422
    assert client.put(f"{LLMS}/budget", json={"usd_per_month": None}).json()["usd_per_month"] is None


def test_many_llms_are_listed_in_pages(client: TestClient) -> None:
    made = [added(client, SCRIPT, name=f"Script {i}")["id"] for i in range(5)]
    first = client.get(f"{LLMS}?limit=3").json()
    rest = client.get(f"{LLMS}?limit=3&cursor={first['next']}").json()
    assert [llm["id"] for llm in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


def test_an_llm_of_a_kind_that_is_gone_can_be_changed_and_removed(client: TestClient, yard: Yard, stub: Stub) -> None:
    llm = added(client, document(stub), secret=SECRET)
    with yard.sessions.begin() as session:
        session.get_one(Llm, llm["id"]).provider = {"kind": "from_a_plug_in", "address": "x"}
    (listed,) = client.get(LLMS).json()["items"]
    assert "not known here" in listed["unavailable"]
    assert client.post(f"{LLMS}/{llm['id']}/check").json()["is_ok"] is False
    answer = client.patch(f"{LLMS}/{llm['id']}", json={"provider": document(stub)})
    assert answer.json()["fields"][0]["path"][-1] == "secret", "nobody knows where the key went before"
    assert client.patch(f"{LLMS}/{llm['id']}", json={"provider": SCRIPT, "secret": None}).json()["is_scripted"]
    assert client.delete(f"{LLMS}/{llm['id']}").status_code == 204
