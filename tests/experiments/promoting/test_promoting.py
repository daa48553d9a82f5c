"""The configuration that won answers from outside, as it did in the experiment, with the evidence it was chosen by."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.deletion import delete_collection
from modelyard.chat.ownership import owned_collection
from modelyard.chat.verbs import create_collection
from modelyard.endpoints.calling import call_endpoint
from modelyard.endpoints.verbs import change_endpoint, get_endpoint
from modelyard.experiments.configurations import freeze_llm
from modelyard.experiments.promoting.verbs import list_promotions, preview_promotion, promote
from modelyard.experiments.tables import Attempt
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import change_llm, delete_llm, get_llm
from tests.chat.quality.manual import PAGES
from tests.chat.shelf import Shelf
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, configuration, keep_attempt, sample
from tests.experiments.running.asking import Asking

MOODS = [("What a joy!", "glad"), ("I weep.", "sad"), ("It is raining.", "sad")]
LABELS = {"kind": "zero_shot", "labels": ["glad", "sad"]}
FEELING = [{"when": "joy|laugh", "say": "Label: glad."}, {"when": "capital", "say": "either glad or sad"}]


@pytest.fixture
def asking(yard: Yard, owner: Actor) -> Asking:
    return Asking(yard, owner)


def answered(asking: Asking, llm: str, strategy: dict[str, Any], *, state: str = "succeeded", n: int = 3) -> Attempt:
    """Return an attempt of this strategy with answers; its LLM is a row."""
    with asking.yard.context(asking.owner) as ctx:
        samples = [sample(place, question=f"Question {place}?") for place in range(3)]
        attempt = keep_attempt(ctx, ["a"], samples, [answer(0, place, 1.0) for place in range(n)])
        frozen = freeze_llm(get_llm(ctx, llm)).model_dump(mode="json")
        attempt.configurations = [{**configuration("a"), "strategy": strategy, "llm": frozen, "temperature": 0.4}]
        attempt.state = state  # type: ignore[assignment]
        return attempt


@pytest.mark.postgres
def test_a_classifier_answers_from_outside_with_its_evidence(asking: Asking, yard: Yard, owner: Actor) -> None:
    llm = asking.llm(lines=FEELING, otherwise="sad")
    attempt = asking.run({"llms": [{"llm": llm}], "strategies": [{"kind": "naive"}, LABELS]}, MOODS)
    address = f"/api/v1/experiments/{attempt.experiment_id}/attempts/1/promotions"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        preview = client.get(f"{address}/preview", params={"configuration": 1}).json()
        assert (preview["becomes"], preview["evidence"]["strategy"]) == ("endpoint", "zero_shot")
        made = client.post(address, json={"configuration": 1, "name": "Moods"}).json()
        assert made["evidence"] == preview["evidence"]
        endpoint = client.get(f"/api/v1/endpoints/{made['endpoint_id']}").json()
        assert (endpoint["name"], endpoint["signature"]["output"]["classes"]) == ("Moods", ["glad", "sad"])
        assert endpoint["signature"]["chosen_by"] == made["evidence"]
        calls = f"/api/v1/endpoints/{endpoint['id']}/calls"
        asked = [{"question": "They laugh."}, {"question": "Which capital?"}]
        called = client.post(calls, json={"inputs": asked})
        assert [each["prediction"] for each in called.json()["outputs"]] == ["glad", ""], called.text
        assert called.json()["warnings"] == ["Input 2: nothing in what the LLM said could be read as an answer."]
        [kept] = client.get(calls).json()["items"]
        assert kept["outputs"][0]["prediction"] == "glad"
        refused = client.post(calls, json={"inputs": [{"question": " "}, {"question": "a", "mood": 1}]})
        assert [each["path"] for each in refused.json()["fields"]] == [["inputs", 0, "question"], ["inputs", 1, "mood"]]
        described = client.get(f"/api/v1/endpoints/{endpoint['id']}/openapi.json")
        assert described.json()["components"]["schemas"]["Output"]["properties"]["prediction"] == {"type": "string"}
        again = client.post(address, json={"configuration": 0, "endpoint_id": endpoint["id"]}).json()
        assert again["endpoint_id"] == endpoint["id"]
        listed = client.get(address).json()["items"]
    assert [each["configuration"] for each in listed] == [0, 1]
    with yard.context(owner) as ctx:
        change_endpoint(ctx, endpoint["id"], is_public=True)
    with TestClient(application_over(yard)) as visitor:
        page = f"/api/v1/public/endpoints/{endpoint['id']}/calls"
        found = visitor.post(page, json={"inputs": [{"question": "They laugh."}]})
        assert found.json()["outputs"][0]["prediction"] == "Label: glad."


def test_the_same_worked_examples_are_shown(asking: Asking, yard: Yard, owner: Actor) -> None:
    shown = "(?s)(Answer: (Paris|Rome|Madrid|Lima)\n.*){2}capital of Atlantis"
    llm = asking.llm(lines=[{"when": shown, "say": "Poseidonis"}], otherwise="unknown")
    attempt = asking.run({"llms": [{"llm": llm}], "strategies": [{"kind": "few_shot", "drawn": 2}]})
    with yard.context(owner) as ctx:
        made = promote(ctx, attempt.experiment_id, 1, 0)
    call = call_endpoint(yard, owner, made.row.endpoint_id, [{"question": "What is the capital of Atlantis?"}])
    assert call.outputs[0]["prediction"] == "Poseidonis"
    assert call.n_input_tokens is not None
    assert (call.n_input_tokens > 20, call.cost_usd) == (True, 0.0)


@pytest.mark.postgres
def test_rag_becomes_how_its_collection_answers(asking: Asking, yard: Yard, owner: Actor) -> None:
    llm = asking.llm()
    with yard.context(owner) as ctx:
        collection = create_collection(ctx, "Guides")
    template = "Be kind.\n{passages}\nQuestion: {question}\nSpell {{names}} out."
    strategy = {"kind": "rag", "collection": collection.id, "method": "lexical", "k": 3, "template": template}
    attempt = answered(asking, llm, strategy)
    with yard.context(owner) as ctx:
        made = promote(ctx, attempt.experiment_id, 1, 0)
        now = owned_collection(ctx, collection.id)
        settings = AnswerSettings.model_validate(now.answering)
        listed = list_promotions(ctx, attempt.experiment_id, 1)
    assert (now.llm_id, settings.n_passages, settings.temperature) == (llm, 3, 0.4)
    assert settings.instructions == "Be kind.\nSpell {names} out."
    assert settings.chosen_by == made.row.evidence
    assert made.row.evidence["scores"]["exact_match"]["value"] == 1.0
    assert [(each.becomes, each.collection_id, each.endpoint_id) for each in listed] == [
        ("chat", collection.id, collection.endpoint_id)
    ]
    assert any("by words alone" in note for note in made.notes)


def test_an_agent_that_searches_answers_from_outside_until_its_collection_is_gone(
    asking: Asking, yard: Yard, owner: Actor, tmp_path: Path
) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", size=256)
    shelf.write(**PAGES)
    shelf.synced()
    search = "Action: search\nAction Input: port for browsers"
    lines = [
        {"when": "Observation: .*9090", "say": "Final Answer: 8080"},
        {"when": "Which port", "say": search},
        {"when": "Error", "say": "Final Answer: unknown"},
    ]
    llm = asking.llm(lines=[{**each, "when": f"(?s){each['when']}"} for each in lines], otherwise="Action: search")
    agent = {"kind": "react", "tools": ["search"], "collection": shelf.id, "method": "lexical"}
    attempt = answered(asking, llm, agent)
    with yard.context(owner) as ctx:
        preview = preview_promotion(ctx, attempt.experiment_id, 1, 0)
        made = promote(ctx, attempt.experiment_id, 1, 0)
    assert (preview.becomes, preview.collection_id, preview.notes) == ("endpoint", None, made.notes)
    assert "the answer alone" in made.notes[0]
    call = call_endpoint(yard, owner, made.row.endpoint_id, [{"question": "Which port?"}, {"question": "Nothing"}])
    assert [each["prediction"] for each in call.outputs] == ["8080", "unknown"]
    assert call.warnings == ["Input 2: a search came to nothing (Nothing was asked for.)."]
    with yard.context(owner) as ctx:
        delete_collection(ctx, shelf.id)
    with pytest.raises(NotFound, match="was deleted"):
        call_endpoint(yard, owner, made.row.endpoint_id, [{"question": "Which port?"}])


def test_what_cannot_be_promoted_says_why(asking: Asking, yard: Yard, owner: Actor) -> None:
    llm, naive = asking.llm(), {"kind": "naive"}
    agent = {"kind": "react", "tools": ["search"], "collection": "cn_1"}
    running, silent = answered(asking, llm, naive, state="running"), answered(asking, llm, naive, n=0)
    searching, whole = answered(asking, llm, agent), answered(asking, llm, naive)
    gone = answered(asking, llm, {"kind": "rag", "collection": "cn_gone"})
    with yard.context(owner) as ctx:
        of_collection = create_collection(ctx, "Guides").endpoint_id

        def refused(attempt: Attempt, error: type[Exception], match: str, **more: Any) -> None:
            with pytest.raises(error, match=match):
                promote(ctx, attempt.experiment_id, 1, more.pop("place", 0), **more)

        refused(running, Conflict, "is running")
        refused(silent, Conflict, "has no answers")
        refused(searching, NotFound, "no collection")
        refused(gone, NotFound, "no collection")
        refused(whole, Invalid, "no configuration at place 3", place=3)
        refused(whole, Invalid, "serves no strategy", endpoint_id=of_collection)
        change_llm(ctx, llm, provider={"kind": "scripted", "otherwise": "another"})
        refused(whole, Conflict, "was changed")
        with pytest.raises(Conflict, match="was changed"):
            preview_promotion(ctx, whole.experiment_id, 1, 0)
        delete_llm(ctx, llm)
        refused(whole, NotFound, "no LLM")


def test_a_changed_llm_is_told_and_a_deleted_one_answers_no_more(asking: Asking, yard: Yard, owner: Actor) -> None:
    llm = asking.llm()
    attempt = answered(asking, llm, {"kind": "context"})
    with yard.context(owner) as ctx:
        endpoint_id = promote(ctx, attempt.experiment_id, 1, 0).row.endpoint_id
        assert get_endpoint(ctx, endpoint_id).signature["inputs"][1]["required"] is True
        change_llm(ctx, llm, provider={"kind": "scripted", "otherwise": "another"})
    asked = {"question": "Which?", "context": "This one."}
    with pytest.raises(Invalid, match="context is missing"):
        call_endpoint(yard, owner, endpoint_id, [{"question": "Which?"}])
    with pytest.raises(Invalid, match="at most 50 inputs"):
        call_endpoint(yard, owner, endpoint_id, [asked] * 51)
    call = call_endpoint(yard, owner, endpoint_id, [asked])
    assert call.outputs[0]["prediction"] == "another"
    assert "was changed since" in call.warnings[0]
    with yard.context(owner) as ctx:
        delete_llm(ctx, llm)
    with pytest.raises(NotFound, match="was deleted"):
        call_endpoint(yard, owner, endpoint_id, [asked])
