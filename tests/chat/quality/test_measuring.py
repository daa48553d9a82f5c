"""A collection is asked its test questions by a run: figures, rows, trend, thresholds, and what fails on the way."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.access.verbs import register
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.data.verbs import get_dataset, load_frame
from modelyard.kernel.context import ANONYMOUS
from modelyard.runs.tables import Run
from modelyard.runs.verbs import list_runs
from tests.chat.quality.manual import KNOWN, PAGES, UNKNOWN, Manual
from tests.conftest import application_over, sign_in

ANSWER = {
    "when": "which port",
    "say": 'It listens on port 8080 for browsers [1 "listens on port 8080"]. It was painted green in 1742.',
}
JUDGE = {"when": "known to be right", "say": '{"verdict": "right", "why": "same"}'}


@pytest.fixture(scope="module")
def measured(manual: Manual) -> tuple[Manual, dict[str, Any]]:
    manual.ask_known()
    return manual, manual.measured()


def test_figures_of_a_collection_without_an_llm(measured: tuple[Manual, dict[str, Any]]) -> None:
    manual, found = measured
    assert (found["n_questions"], found["n_answerable"], found["n_asked"], found["n_failed"]) == (8, 6, 8, 0)
    assert (found["strategy"], found["llm"], found["is_cut"]) == ("extractive", None, False)
    assert found["collection_version"] == manual.shelf.row.version
    figures = found["figures"]
    assert figures["hit_at_10"]["value"] == 1
    assert figures["hit_at_1"]["value"] >= 5 / 6
    assert figures["abstention_recall"]["n"] == 2
    assert figures["quotes_verified"]["value"] == 1, "every quote stands in the text at its place"
    assert figures["faithfulness"]["value"] == 1, "extracts are held by what they cite"
    assert figures["judged"] == {
        **{"value": None, "low": None, "high": None, "n": 0, "told": None},
        **{"n_not_scorable": figures["answered"]["n"], "why_not": {"no LLM is configured to judge": 6}},
    }
    assert figures["cost_usd"]["value"] == 0
    assert 0 < figures["latency_p50"]["value"] < 30
    for name, figure in figures.items():
        assert figure["low"] is None or figure["low"] <= figure["value"] <= figure["high"], name


def test_rows_of_a_measurement_say_what_was_found_and_cited(measured: tuple[Manual, dict[str, Any]]) -> None:
    manual, found = measured
    rows = manual.results(found["id"])
    assert set(rows) == {question for question, *_ in KNOWN} | set(UNKNOWN)
    row = rows["How long are calls kept?"]
    assert (row["outcome"], row["rank"]) == ("answered", 1)
    assert "90 days" in row["answer"]
    assert any(citation["is_on_truth"] and citation["is_verified"] for citation in row["citations"])
    assert row["found"][0]["is_truth"]
    assert row["found"][0]["title"] == "Calls"
    assert [rows[question]["outcome"] for question in UNKNOWN] == ["abstained", "abstained"]
    assert set(manual.results(found["id"], "abstained")) == set(UNKNOWN)
    assert manual.results(found["id"], "missed") == {}
    page = manual.client.get(f"{manual.address}/quality/{found['id']}/results", params={"limit": 3, "cursor": 6}).json()
    assert (len(page["items"]), page["n"], page["next"]) == (2, 8, None)


def test_the_set_is_a_dataset_and_is_not_made_twice(measured: tuple[Manual, dict[str, Any]]) -> None:
    manual, found = measured
    again = manual.client.post(f"{manual.address}/questions/dataset").json()
    assert (again["id"], again["dataset_id"]) == (found["question_set_id"], found["dataset_id"])
    with manual.yard.context(manual.owner) as ctx:
        dataset = get_dataset(ctx, found["dataset_id"])
        run_id = dataset.run_id
    manual.run(str(run_id))
    with manual.yard.context(manual.owner) as ctx:
        dataset = get_dataset(ctx, found["dataset_id"])
        assert (dataset.state, dataset.n_rows) == ("ready", 8)
        frame = load_frame(ctx.artifacts, str(dataset.content_hash), manual.yard.settings.scratch)
    assert set(frame["question"]) >= set(UNKNOWN)
    assert frame.filter(frame["question"] == KNOWN[2][0])["answer"].to_list() == ["90 days"]


def test_the_same_questions_again_are_compared(measured: tuple[Manual, dict[str, Any]]) -> None:
    manual, found = measured
    again = manual.measured()
    assert again["compared_with"] == found["id"]
    assert again["changes"]["mrr_at_10"] == {
        **{"difference": 0, "low": None, "high": None, "n": 6},
        **{"told": "Every question was scored as before."},
    }
    trend = manual.client.get(f"{manual.address}/quality").json()["trend"]
    assert [point["id"] for point in trend] == [found["id"], again["id"]], "the oldest first"


def test_a_threshold_needs_questions_of_both_kinds_and_is_then_kept(own_manual: Manual) -> None:
    manual, address = own_manual, f"{own_manual.address}/quality/calibration"
    assert manual.client.get(address).json()["detail"] == "Nothing has been measured yet."
    manual.ask_known()
    manual.measured()
    few = manual.client.get(address)
    assert (few.status_code, "2 to leave" in few.json()["detail"]) == (409, True)
    for place in ("Oslo", "Lima", "Rome", "Cairo"):
        manual.add(question=f"How was the weather in {place} yesterday?", is_answerable=False)
    manual.measured()
    offered = manual.client.get(address, params={"beta": 1}).json()
    assert (offered["n_to_answer"], offered["n_to_leave"]) == (6, 6)
    assert offered["chosen"]["precision"] == offered["chosen"]["recall"] == 1, "these questions are told apart"
    recalls = [point["recall"] for point in offered["curve"]]
    assert recalls == sorted(recalls, reverse=True)
    assert offered["now"]["answer_from"] == AnswerSettings().answer_from
    applied = manual.client.post(address, json={"precision": 1.0}).json()
    row = manual.shelf.row
    assert AnswerSettings.model_validate(row.answering).answer_from == applied["chosen"]["answer_from"]
    assert applied["chosen"]["precision"] == 1
    assert AnswerSettings.model_validate(row.answering).n_passages == AnswerSettings().n_passages, "all else stays"


def test_an_llm_that_invents_is_found_out_judged_and_may_fail(own_manual: Manual) -> None:
    own_manual.ask_known()
    own_manual.answered_by(lines=[JUDGE, ANSWER], otherwise="NOT_FOUND")
    found = own_manual.measured()
    assert (found["strategy"], found["is_scripted"], found["llm"]) == ("llm", True, "scripted: scripted")
    row = own_manual.results(found["id"])[KNOWN[0][0]]
    assert row["outcome"] == "answered"
    assert (row["support"]["n_sentences"], row["support"]["n_supported"]) == (2, 1)
    assert "1742" in row["support"]["unsupported"][0]
    assert row["judgement"] == {"score": 1, "why": "same"}
    assert found["figures"]["judged"]["value"] == 1
    assert found["figures"]["faithfulness"]["value"] < 1

    own_manual.answered_by(lines=[{"when": "known to be right", "say": "I think so!"}, ANSWER], otherwise="NOT_FOUND")
    judged = own_manual.measured()["figures"]["judged"]
    assert (judged["value"], judged["why_not"]) == (None, {"the judge gave no verdict of the wanted shape": 1})

    own_manual.answered_by(fail="401")
    found = own_manual.measured()
    assert (found["n_failed"], found["is_cut"]) == (5, True), "five in a row are enough"
    assert found["told"].startswith("5 answers in a row failed")
    figures = found["figures"]
    assert (figures["hit_at_10"]["value"], figures["answered"]["value"]) == (1, None), "searching goes on"
    assert sum(figures["answered"]["why_not"].values()) == 6


def test_a_sync_that_changes_something_measures_again(own_manual: Manual) -> None:
    manual = own_manual
    manual.shelf.synced(anew=True)
    assert runs(manual, "measure_quality") == [], "there are no questions yet"
    manual.ask_known()
    manual.measured()
    manual.shelf.synced()
    assert len(runs(manual, "measure_quality")) == 1, "nothing changed"
    manual.shelf.write(calls=PAGES["calls"].replace("90 days", "30 days"))
    manual.shelf.synced()
    queued = runs(manual, "measure_quality")[0]
    assert queued.state == "queued"
    manual.run(queued.id)
    newest, before = manual.client.get(f"{manual.address}/quality").json()["items"]
    assert newest["collection_version"] == before["collection_version"] + 1
    row = manual.results(newest["id"])["How long are calls kept?"]
    assert row["why_no_truth"] == "its quote is not in the documents"
    assert newest["figures"]["hit_at_1"]["why_not"] == {"its quote is not in the documents": 1}


def runs(manual: Manual, kind: str) -> list[Run]:
    with manual.yard.context(manual.owner, writes=False) as ctx:
        return list_runs(ctx, kind=kind)


def test_questions_are_written_changed_imported_generated_and_removed(own_manual: Manual) -> None:
    manual, address = own_manual, f"{own_manual.address}/questions"
    asked = manual.client.post(f"{manual.address}/quality")
    assert (asked.status_code, asked.json()["hint"]) == (409, "Write, import or generate some first.")
    empty = manual.client.post("/api/v1/collections", json={"name": "Empty"}).json()
    for path in ("quality", "questions/generate"):
        refused = manual.client.post(f"/api/v1/collections/{empty['id']}/{path}")
        assert (refused.status_code, refused.json()["hint"]) == (409, "Add documents and wait for their sync.")
    written = manual.add(question="  How   long are calls kept? ", answer=" 90 days ")
    assert (written["question"], written["answer"]) == ("How long are calls kept?", "90 days")
    assert written["origin"] == "written"
    twice = manual.client.post(address, json={"question": "how long ARE calls kept?"})
    assert twice.status_code == 409
    wrong = manual.client.post(address, json={"question": "Why?", "is_answerable": False, "quote": "because"})
    assert wrong.status_code == 422
    lines = json.dumps({"question": "How long are calls kept?"}) + "\n" + json.dumps({"question": "What is cron?"})
    imported = manual.client.post(f"{address}/import", content=lines).json()
    assert imported == {"n_added": 1, "n_left_out": 1, "problems": []}
    again = manual.client.post(f"{address}/import", params={"replace": True}, content=lines.replace("cron", "a cron"))
    assert again.json()["n_added"] == 1
    assert manual.client.get(address, params={"search": "is cron"}).json()["items"] == []
    made = manual.client.post(f"{address}/generate", json={"n": 5, "unanswerable_fraction": 0.4})
    result = manual.run(made.json()["id"]).result
    assert result == {"made_by": "rules", "n_answerable": 3, "n_unanswerable": 2, "left_out": {}, "n_added": 5}
    page = manual.client.get(address, params={"origin": "generated"}).json()
    assert page["counts"] == {"written": 1, "imported": 1, "generated": 5}
    generated = next(each for each in page["items"] if each["is_answerable"])
    assert generated["quote"]
    change = {"question": "Changed?", "answer": "Yes", "document_key": None, "quote": None, "is_answerable": True}
    changed = manual.client.put(f"{address}/{generated['id']}", json=change).json()
    assert (changed["question"], changed["origin"]) == ("Changed?", "written"), "somebody has looked at it"
    assert manual.client.delete(f"{address}/{generated['id']}").status_code == 204
    assert manual.client.delete(f"{address}/{generated['id']}").status_code == 404


def test_an_llm_writes_questions_whose_quotes_stand_there(own_manual: Manual) -> None:
    said = {
        "question": "What happens to a dead worker's runs?",
        "answer": "Taken over",
        "quote": "taken over by another",
    }
    own_manual.answered_by(
        lines=[
            {"when": "executes runs", "say": json.dumps(said)},
            {"when": "90 days", "say": json.dumps({**said, "question": "Is this invented?", "quote": "not there"})},
        ],
        otherwise="no JSON at all",
    )
    made = own_manual.client.post(f"{own_manual.address}/questions/generate", json={"n": 4, "unanswerable_fraction": 0})
    result = own_manual.run(made.json()["id"]).result
    assert (result["made_by"], result["n_added"]) == ("scripted: scripted", 1)
    assert result["left_out"] == {"a quote that is not in the passage": 1, "an answer that is no JSON": 1}


def test_nobody_elses_questions(manual: Manual) -> None:
    with manual.yard.context(ANONYMOUS) as ctx:
        register(ctx, email="other@example.org", password="a long enough pass phrase 7", name="O")
    with TestClient(application_over(manual.yard)) as stranger:
        sign_in(manual.yard, stranger, "other@example.org")
        for path in ("questions", "quality", "quality/calibration", "readers"):
            assert stranger.get(f"{manual.address}/{path}").status_code == 404, path
        for path in ("questions/generate", "quality", "questions/dataset", "readers/groups"):
            assert stranger.post(f"{manual.address}/{path}").status_code == 404, path
        assert stranger.post(f"{manual.address}/questions/import", content=b"question\nWhy?\n").status_code == 404
