"""Conversations: kept in the database, each its reader's own, gone when they are deleted or expire."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from modelyard.chat.sessions.housekeeping import forget_old_sessions
from modelyard.chat.tables import ChatSession, Collection, Feedback
from modelyard.chat.verbs import create_collection
from modelyard.endpoints.readers import READER_HEADER, WrongReaderToken, reader_of, token_for
from modelyard.endpoints.tables import Call
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in

pytestmark = pytest.mark.postgres


@pytest.fixture
def collection(yard: Yard, owner: Actor) -> Collection:
    """A collection without documents: it knows nothing, and says so."""
    with yard.context(owner) as ctx:
        made = create_collection(ctx, "Empty")
        ctx.session.expunge(made)
    return made


@pytest.fixture
def address(collection: Collection) -> str:
    return f"/api/v1/endpoints/{collection.endpoint_id}"


@pytest.fixture
def visited(client: TestClient, collection: Collection) -> str:
    """The address of its public page."""
    change = client.patch(f"/api/v1/endpoints/{collection.endpoint_id}", json={"is_public": True})
    assert change.status_code == 200, change.text
    return f"/api/v1/public/endpoints/{collection.endpoint_id}"


def ask(browser: TestClient, address: str, question: str, **more: Any) -> dict[str, Any]:
    headers = more.pop("headers", {})
    answer = browser.post(f"{address}/calls", json={"inputs": [{"question": question}], **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_conversation_goes_on_also_after_a_restart(client: TestClient, address: str, yard: Yard) -> None:
    first = ask(client, address, "Where is the harbour?")
    other = Yard.open(yard.settings)  # another process on the same database
    with TestClient(application_over(other)) as browser:
        sign_in(other, browser)
        ask(browser, address, "And how deep is it?", session=first["session"])
        turns = browser.get(f"{address}/sessions/{first['session']}").json()["turns"]
    other.close()
    assert [turn["question"] for turn in turns] == ["Where is the harbour?", "And how deep is it?"]
    assert turns[1]["searched_for"] == "And how deep is it? Where is the harbour?", "made whole with the one before"
    assert turns[0]["abstained"]


def test_visitors_are_told_apart_by_their_tokens(anonymous: TestClient, visited: str) -> None:
    mine = ask(anonymous, visited, "Where is the harbour?")
    token = {READER_HEADER: mine["reader_token"]}
    theirs = ask(anonymous, visited, "Where is the harbour?")
    assert theirs["reader_token"] != mine["reader_token"]
    stolen = anonymous.post(
        f"{visited}/calls",
        json={"inputs": [{"question": "x y z"}], "session": mine["session"]},
        headers={READER_HEADER: theirs["reader_token"]},
    )
    assert (stolen.status_code, stolen.json()["error"]) == (404, "not_found")
    ask(anonymous, visited, "And then?", session=mine["session"], headers=token)
    for browser_headers, expected in ((token, 200), ({READER_HEADER: theirs["reader_token"]}, 404), ({}, 404)):
        found = anonymous.get(f"{visited}/sessions/{mine['session']}", headers=browser_headers)
        assert found.status_code == expected
        gone = anonymous.delete(f"{visited}/sessions/{theirs['session']}", headers=token)
        assert gone.status_code == 404
    listed = anonymous.get(f"{visited}/sessions", headers=token).json()["items"]
    assert [item["id"] for item in listed] == [mine["session"]]


def test_a_session_of_the_owner_is_not_a_visitors(client: TestClient, address: str, visited: str) -> None:
    mine = ask(client, address, "Where is the harbour?")
    with TestClient(client.app) as stranger:
        answer = stranger.post(f"{visited}/calls", json={"inputs": [{"question": "x y"}], "session": mine["session"]})
    assert answer.status_code == 404


def with_another_signature(token: str) -> str:
    """Not its last character: two bits of that one belong to no byte."""
    return f"{token[:-2]}{'B' if token[-2] == 'A' else 'A'}{token[-1]}"


@pytest.mark.parametrize("spoil", [with_another_signature, lambda t: "x" + t, lambda t: "a.b", lambda t: t + ".é"])
def test_a_token_that_is_not_ours_is_refused(yard: Yard, owner: Actor, address: str, spoil: Any) -> None:
    token = token_for(yard, "ep_1", "rd_1")
    assert reader_of(yard, owner, "ep_1", token).id == "rd_1"
    with pytest.raises(WrongReaderToken, match="not valid"):
        reader_of(yard, owner, "ep_1", spoil(token))
    with pytest.raises(WrongReaderToken, match="not valid"):
        reader_of(yard, owner, "ep_2", token)


def test_a_token_ends_and_is_renewed_before(yard: Yard, owner: Actor) -> None:
    kept = yard.settings.conversations_kept
    token = token_for(yard, "ep_1", "rd_1")
    now = yard.clock()
    later = yard.at(lambda: now + kept * 0.7)
    fresh = reader_of(later, owner, "ep_1", token)
    assert fresh.id == "rd_1"
    assert fresh.token != token
    after = yard.at(lambda: now + kept * 1.2)
    assert reader_of(after, owner, "ep_1", fresh.token).id == "rd_1"
    with pytest.raises(WrongReaderToken, match="expired"):
        reader_of(after, owner, "ep_1", token)


def test_a_forged_token_is_told_what_to_do(anonymous: TestClient, visited: str) -> None:
    answer = anonymous.post(
        f"{visited}/calls", json={"inputs": [{"question": "x"}]}, headers={READER_HEADER: "rd_1.1.9999999999.x"}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "wrong_reader_token")
    assert "without X-Reader-Token" in answer.json()["hint"]


def test_feedback_is_given_changed_and_taken_back(client: TestClient, address: str) -> None:
    made = ask(client, address, "Where is the harbour?")
    place = f"{address}/calls/{made['call_id']}/feedback"
    assert client.put(place, json={"thumb": "down", "comment": " wrong "}).json() == {
        "thumb": "down",
        "comment": "wrong",
    }
    assert client.put(place, json={"thumb": "up"}).json() == {"thumb": "up", "comment": ""}
    session = f"{address}/sessions/{made['session']}"
    assert client.get(session).json()["turns"][0]["feedback"] == {"thumb": "up", "comment": ""}
    assert client.put(place, json={"thumb": None}).json() is None
    assert client.get(session).json()["turns"][0]["feedback"] is None
    assert client.put(place, json={"thumb": "sideways"}).status_code == 422
    missing = client.put(f"{address}/calls/cl_nothing/feedback", json={"thumb": "up"})
    assert missing.status_code == 404


def test_feedback_on_an_answer_of_somebody_else(anonymous: TestClient, visited: str) -> None:
    mine, theirs = (ask(anonymous, visited, "Where is the harbour?") for _ in range(2))
    answer = anonymous.put(
        f"{visited}/calls/{mine['call_id']}/feedback",
        json={"thumb": "up"},
        headers={READER_HEADER: theirs["reader_token"]},
    )
    assert answer.status_code == 404


def test_a_deleted_conversation_leaves_nothing(client: TestClient, address: str, yard: Yard) -> None:
    made = ask(client, address, "Where is the harbour?")
    kept = ask(client, address, "Where is the lighthouse?")
    client.put(f"{address}/calls/{made['call_id']}/feedback", json={"thumb": "up"})
    assert client.delete(f"{address}/sessions/{made['session']}").status_code == 204
    assert client.get(f"{address}/sessions/{made['session']}").status_code == 404
    with yard.readers() as session:
        assert session.scalars(select(Call.id)).all() == [kept["call_id"]]
        assert session.scalars(select(Feedback)).all() == []


def test_an_expired_conversation_is_gone_and_its_calls_stay(client: TestClient, address: str, yard: Yard) -> None:
    made = ask(client, address, "Where is the harbour?")
    later = yard.at(lambda: yard.clock() + yard.settings.conversations_kept + timedelta(seconds=1))
    forget_old_sessions(yard)
    with yard.readers() as session:
        assert session.get(ChatSession, made["session"]) is not None
    forget_old_sessions(later)
    with yard.readers() as session:
        assert session.scalars(select(ChatSession)).all() == []
        assert session.get_one(Call, made["call_id"]).session_id is None
    answer = client.post(f"{address}/calls", json={"inputs": [{"question": "x y"}], "session": made["session"]})
    assert answer.status_code == 404
    assert "without `session`" in answer.json()["hint"]


def test_an_idempotency_key_of_one_visitor_is_not_anothers(anonymous: TestClient, visited: str) -> None:
    mine = ask(anonymous, visited, "Where is the harbour?")
    theirs = ask(anonymous, visited, "Where is the harbour?")
    key = {"Idempotency-Key": "1"}
    answers = [
        ask(anonymous, visited, "How deep?", headers={**key, READER_HEADER: each["reader_token"]})
        for each in (mine, theirs, mine)
    ]
    assert answers[0]["call_id"] == answers[2]["call_id"] != answers[1]["call_id"]
