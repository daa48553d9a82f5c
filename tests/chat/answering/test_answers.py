"""Answers of a real collection: excerpts without an LLM, checked text with one, and an honest no."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.endpoints.history import list_calls
from modelyard.endpoints.tables import Call
from tests.chat.answering.conftest import Manual, ask, told


def output(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["outputs"][0]
    return found


def text_at(client: TestClient, citation: dict[str, Any]) -> str:
    """Return what the viewer shows at a citation."""
    address = f"/api/v1/documents/{citation['document_id']}/text?version={citation['text_hash']}"
    return str(client.get(address).json()["text"][citation["start"] : citation["end"]])


def test_without_an_llm_the_sentence_itself_is_the_answer(reader: TestClient, manual: Manual) -> None:
    found = output(ask(reader, manual, "Which port does the API listen on?"))
    assert found["answer"] == "The Zephyr API listens on port 7431 by default. [1]"
    assert (found["strategy"], found["llm"], found["abstained"]) == ("extractive", None, False)
    [citation] = found["citations"]
    assert citation["quote"] == "The Zephyr API listens on port 7431 by default."
    assert citation["headings"] == ["Zephyr guide", "Network"]
    assert text_at(reader, citation) == citation["quote"]
    assert citation["url"].startswith("https://docs.example/manual/")
    assert citation["url"].endswith("#network:~:text=The%20Zephyr%20API%20listens%20on%20port%207431%20by%20default.")


def test_steps_and_code_come_whole(reader: TestClient, manual: Manual) -> None:
    found = output(ask(reader, manual, "How do I install Zephyr on Debian?"))
    assert found["answer"] == (
        "To install Zephyr on Debian, follow these steps:\n\n1. Add the package source.\n2. Run apt-get install zephyr."
        "\n\n```\nsudo apt-get install zephyr\n```\n[1]"
    )


@pytest.mark.parametrize("question", ["Who was the first president of France?", "What does a train ticket cost?"])
def test_what_is_not_there_is_not_answered(reader: TestClient, manual: Manual, question: str) -> None:
    manual.llm("This is never asked.", fail="500")
    found = output(ask(reader, manual, question))
    assert (found["abstained"], found["citations"], found["finish"]) == (True, [], "abstained")
    assert question in found["answer"]
    assert found["nearest"]


def test_it_says_no_in_the_language_of_the_question(reader: TestClient, manual: Manual) -> None:
    found = output(ask(reader, manual, "Giá vé tàu từ Hà Nội đến Huế là bao nhiêu?"))
    assert found["abstained"]
    assert found["answer"].startswith("Tôi không tìm thấy")


def test_an_llm_streams_with_each_citation_before_its_mark(reader: TestClient, manual: Manual) -> None:
    manual.llm('The API listens on port 7431 [1 "listens on port 7431"]. Bob Miller founded it in 2017 [4].')
    events = told(reader, manual, "Which port does the API listen on?")
    names = [name for name, _ in events]
    assert (names[0], names[-1]) == ("meta", "done")
    said = ""
    for name, data in events:
        said += data["text"] if name == "delta" else ""
        if name == "citation":
            assert f"[{data['n']}]" not in said
    done = events[-1][1]
    assert done["answer"] == said == "The API listens on port 7431 [1]. Bob Miller founded it in 2017."
    assert done["citations"] == [data for name, data in events if name == "citation"]
    assert text_at(reader, done["citations"][0]) == "listens on port 7431"
    assert done["unsupported"] == ["Bob Miller founded it in 2017."]
    assert done["llm"] == {"provider_kind": "scripted", "name": "scripted", "is_scripted": True}
    assert done["usage"]["n_output_tokens"] > 0
    with manual.yard.readers() as session:
        call = session.get_one(Call, done["call_id"])
    assert (call.status, call.session_id) == ("succeeded", done["session"])
    assert call.n_output_tokens == done["usage"]["n_output_tokens"]
    kept = reader.get(f"{manual.address}/sessions/{done['session']}").json()["turns"][0]
    assert kept["usage"] == done["usage"], "what it took is told again with the conversation"
    assert call.first_event_seconds is not None
    assert call.first_event_seconds <= call.latency_seconds


def test_an_llm_that_finds_nothing_says_so(reader: TestClient, manual: Manual) -> None:
    manual.llm("NOT_FOUND. The passages are about something else.")
    events = told(reader, manual, "Which port does the API listen on?")
    assert events[-1][1]["abstained"]
    assert "NOT_FOUND" not in "".join(data["text"] for name, data in events if name == "delta")


def test_an_answer_that_rests_on_nothing_is_withdrawn(reader: TestClient, manual: Manual) -> None:
    manual.llm("Columbus sailed to America with three ships in 1492.")
    done = told(reader, manual, "Which port does the API listen on?")[-1][1]
    assert (done["withdrawn"], done["abstained"], done["citations"]) == (True, True, [])
    assert "Columbus" not in done["answer"]


def test_an_llm_that_obeys_a_document_brings_no_link_and_no_image(reader: TestClient, manual: Manual) -> None:
    manual.llm(
        "Messages are kept for 14 days [1]. ![x](https://evil.example/steal?q=1) Visit "
        '[this](https://evil.example/now) or https://other.example/a. <img src="https://evil.example/i.png"> Done.'
    )
    found = output(ask(reader, manual, "How long are messages kept?"))
    assert "](https://evil" not in found["answer"]
    assert "<img" not in found["answer"]
    assert "https://other.example" not in found["answer"]
    assert all("evil.example" not in (citation["url"] or "") for citation in found["citations"])


def test_excerpts_of_a_document_that_gives_orders_make_no_markup(reader: TestClient, manual: Manual) -> None:
    found = output(ask(reader, manual, "Which instructions tell readers to answer and visit?"))
    assert "](" not in found["answer"]


FAILURES = [("401", 502, "llm_refused_key"), ("429", 503, "llm_busy"), ("500", 503, "llm_unavailable")]


@pytest.mark.parametrize(("fail", "status", "code"), [*FAILURES, ("garbage", 503, "llm_unavailable")])
def test_a_failing_provider_is_told_with_what_to_do(
    reader: TestClient, manual: Manual, fail: str, status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.llm.attempts.FIRST_WAIT_SECONDS", 0.001)
    manual.llm("Never said.", fail=fail)
    name, data = told(reader, manual, "Which port does the API listen on?")[-1]
    assert name == "error"
    assert data["error"] == code
    assert data["hint"]
    answer = ask(reader, manual, "Which port does the API listen on?")
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    with manual.yard.context(manual.owner) as ctx:
        newest = list_calls(ctx, manual.collection.endpoint_id, limit=2)
    assert [(call.status, (call.error or {})["error"]) for call in newest] == [("failed", code)] * 2


def test_half_an_answer_is_told_as_failed_and_kept(reader: TestClient, manual: Manual) -> None:
    manual.llm("The API listens on port 7431 [1]. The rest of this answer never comes at all.", fail="half")
    events = told(reader, manual, "Which port does the API listen on?")
    assert [name for name, _ in events][-1] == "error"
    assert "error" not in [name for name, _ in events][:-1]
    with manual.yard.context(manual.owner) as ctx:
        call = list_calls(ctx, manual.collection.endpoint_id, limit=1)[0]
    assert call.outputs[0]["answer"].startswith("The API listens on port 7431 [1].")
    assert call.outputs[0]["finish"] == "error"


def test_the_same_request_is_asked_once_and_told_again(reader: TestClient, manual: Manual) -> None:
    manual.llm('The API listens on port 7431 [1 "listens on port 7431"].')
    key = {"Idempotency-Key": "the-first"}
    first = told(reader, manual, "Which port does the API listen on?", headers=key)
    manual.llm("Something else.")
    again = told(reader, manual, "Which port does the API listen on?", headers=key)
    assert again[-1] == first[-1]
    assert "".join(data["text"] for name, data in again if name == "delta") == first[-1][1]["answer"]
    assert [data for name, data in again if name == "citation"] == first[-1][1]["citations"]
    assert (
        ask(reader, manual, "Which port does the API listen on?", headers=key).json()["call_id"]
        == (first[-1][1]["call_id"])
    )
    other = ask(reader, manual, "Another question?", headers=key)
    assert other.status_code == 422


def test_a_failed_request_may_be_sent_again(reader: TestClient, manual: Manual) -> None:
    key = {"Idempotency-Key": "the-second"}
    manual.llm("Half of this is all there is.", fail="half")
    assert told(reader, manual, "Which port does the API listen on?", headers=key)[-1][0] == "error"
    manual.llm("The API listens on port 7431 [1].")
    assert told(reader, manual, "Which port does the API listen on?", headers=key)[-1][0] == "done"


def test_selected_text_is_the_first_source_at_its_own_place(reader: TestClient, manual: Manual) -> None:
    manual.llm("They stay for 14 days [0].")
    document = next(
        item
        for item in reader.get(f"/api/v1/collections/{manual.collection.id}/documents").json()["items"]
        if item["title"] == "Zephyr guide"
    )
    selection = {"text": "messages  are kept for 14 days.", "url": f"{document['url']}#storage", "before": "Storage"}
    found = output(ask(reader, manual, {"question": "How long?", "selection": selection}))
    [citation] = found["citations"]
    assert citation["is_selection"]
    assert (citation["document_id"], citation["quote"]) == (document["id"], "Messages are kept for 14 days.")
    assert text_at(reader, citation) == "Messages are kept for 14 days."


def test_a_selection_of_no_document_is_cited_by_itself(reader: TestClient, manual: Manual) -> None:
    manual.llm('It is about a comet [0 "comet of 1910"].')
    found = output(ask(reader, manual, {"selection": {"text": "The comet of 1910 was bright.", "title": "News"}}))
    assert found["question"] == "Explain this."
    assert [(c["document_id"], c["start"], c["end"], c["quote"]) for c in found["citations"]] == [
        (None, 4, 17, "comet of 1910")
    ]


def test_this_page_leaves_out_all_others(reader: TestClient, manual: Manual) -> None:
    items = reader.get(f"/api/v1/collections/{manual.collection.id}/documents").json()["items"]
    kitchen = next(item for item in items if item["title"] == "Kitchen")
    found = output(ask(reader, manual, {"question": "Which port does the API listen on?", "page": kitchen["url"]}))
    assert found["abstained"]
    assert output(ask(reader, manual, {"question": "How is rice cooked?", "page": kitchen["url"]}))["citations"]
    unknown = ask(reader, manual, {"question": "How is rice cooked?", "page": "https://docs.example/nothing"})
    assert "all documents were searched" in unknown.json()["warnings"][0]


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ({"question": "x" * 100_000}, "question", "4,000 characters; this one has 100,000"),
        ({"question": "  "}, None, "Ask something"),
        ({"question": "x", "history": []}, "history", "not permitted"),
        ({"selection": {"text": "y" * 8_001}}, "selection.text", "8000"),
        ({"question": 7}, "question", "string"),
    ],
)
def test_what_is_no_question_is_refused(
    reader: TestClient, manual: Manual, given: dict[str, Any], path: str | None, words: str
) -> None:
    answer = ask(reader, manual, given, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 422
    field = answer.json()["fields"][0]
    assert ".".join(map(str, field["path"])) == ".".join(filter(None, ("inputs", "0", path)))
    assert words in field["message"]


def test_one_question_at_a_time(reader: TestClient, manual: Manual) -> None:
    body = {"inputs": [{"question": "One?"}, {"question": "Two?"}]}
    assert reader.post(f"{manual.address}/calls", json=body).status_code == 422
    for name, value in (("version", 1), ("explain", True)):
        assert ask(reader, manual, "One?", **{name: value}).status_code == 422
