"""What readers ask: counted, grouped by meaning, told without who they are."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.chat.feedback.verbs import give_feedback
from modelyard.chat.readers.asked import Asking, normal
from modelyard.chat.readers.grouping import Grouping, Vectors, grouped
from modelyard.chat.readers.groups import Keys, gaps, groups
from modelyard.chat.readers.tables import QuestionGrouping
from modelyard.chat.readers.watching import group_due
from modelyard.chat.sessions.verbs import begin_session
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import create_collection
from modelyard.endpoints.servable import Answers
from modelyard.endpoints.tables import Call
from modelyard.endpoints.verbs import record_call
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.verbs import list_runs

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEAREST = {"Ports": [["The server", "Ports"]], "none": []}
Ask = Callable[..., str]


@pytest.fixture
def collection(yard: Yard, owner: Actor) -> Collection:
    with yard.context(owner) as ctx:
        return create_collection(ctx, "Manual")


@pytest.fixture
def ask(yard: Yard, owner: Actor, collection: Collection) -> Ask:
    """Keep a call as answering does: what is counted matters here, not how it was answered."""
    sessions: dict[str, str] = {}
    seconds = count()

    def asked(question: str, reader: str, *, near: str = "", thumb: str | None = None, **more: Any) -> str:
        at = more.get("at") or NOW - timedelta(hours=1) + timedelta(seconds=next(seconds))
        output = {
            "question": question,
            "searched_for": more.get("searched_for", question),
            "answer": "I did not find it." if near else "It is so [1].",
            "abstained": bool(near),
            "nearest": NEAREST.get(near, []),
            "is_off_subject": near == "off",
        }
        with yard.at(lambda: at).context(owner) as ctx:
            if reader not in sessions:
                sessions[reader] = begin_session(ctx, collection.endpoint_id, reader, title=question).id
            inputs, error = [{"question": question}], more.get("error")
            answers = None if error else Answers([output])
            call = record_call(ctx, collection.endpoint_id, inputs, answers=answers, latency_seconds=0.1, error=error)
            call.session_id = sessions[reader]
            ctx.session.flush()
            if thumb:
                give_feedback(
                    ctx,
                    collection.endpoint_id,
                    reader,
                    call.id,
                    thumb=thumb,
                    comment=more.get("comment", ""),  # type: ignore[arg-type]
                )
            return call.id

    return asked


@pytest.fixture
def told(yard: Yard, client: TestClient, collection: Collection) -> Callable[..., dict[str, Any]]:
    def report(**times: str) -> dict[str, Any]:
        asked = {"since": (NOW - timedelta(days=2)).isoformat(), "until": NOW.isoformat(), **times}
        answer = client.get(f"/api/v1/collections/{collection.id}/readers", params=asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return report


@pytest.mark.postgres
def test_questions_are_counted_by_words_until_meanings_are_compared(
    ask: Ask, told: Callable[..., dict[str, Any]]
) -> None:
    ask("Which port does it use?", "rd_1")
    ask("which port does it  use", "rd_2", thumb="up")
    ask("Which ports do I open?", "rd_1", near="Ports")
    ask("and why?", "rd_3", searched_for="Why is the port 8080 used?", near="Ports", at=NOW - timedelta(days=1))
    ask("Is there a moon?", "rd_3", near="none")
    ask("How is it deleted?", "rd_2", thumb="down", comment="Wrong page")
    ask("What broke?", "rd_2", error=Invalid("no"))
    ask("Long ago?", "rd_9", at=NOW - timedelta(days=9))

    found = told()
    assert {name: found[name] for name in ("n_questions", "n_answered", "n_abstained", "n_failed")} == {
        **{"n_questions": 7, "n_answered": 3, "n_abstained": 3, "n_failed": 1}
    }
    assert (found["n_thumbs_up"], found["n_thumbs_down"], found["n_readers"]) == (1, 1, 3)
    assert [(day["day"], day["n_questions"], day["n_readers"]) for day in found["by_day"]] == [
        ("2026-11-19", 0, 0),
        ("2026-11-20", 1, 1),
        ("2026-11-21", 6, 3),
    ]
    top = found["top"][0]
    assert (top["question"], top["n"], top["n_readers"]) == ("Which port does it use?", 2, 2)
    assert {group["question"] for group in found["unanswered"]} == {
        "Which ports do I open?",
        "Why is the port 8080 used?",
        "Is there a moon?",
    }, "a follow-up is shown made whole"
    assert [(each["question"], each["comment"]) for each in found["thumbs_down"]] == [
        ("How is it deleted?", "Wrong page")
    ]
    gap = found["gaps"][0]
    assert (gap["heading"], gap["n"], gap["n_readers"]) == (["The server", "Ports"], 2, 2)
    assert [each["heading"] for each in found["gaps"][1:]] == [[], []], "nothing came near the others"
    assert (found["grouped_at"], found["n_by_words"]) == (None, 7)
    assert "rd_" not in str(found), "nobody is named"


@pytest.mark.postgres
def test_what_is_off_the_subject_is_no_gap(ask: Ask, told: Callable[..., dict[str, Any]]) -> None:
    ask("Who won the cup?", "rd_1", near="off")
    ask("who won the cup", "rd_2", near="off", thumb="up")
    ask("Which ports do I open?", "rd_1", near="Ports")
    ask("Who wrote this nonsense?", "rd_2", near="off", thumb="down")
    found = told()
    assert [(group["question"], group["n"]) for group in found["off_subject"]] == [
        ("Who won the cup?", 2),
        ("Who wrote this nonsense?", 1),
    ]
    assert [group["question"] for group in found["unanswered"]] == ["Which ports do I open?"]
    assert [gap["examples"] for gap in found["gaps"]] == [["Which ports do I open?"], ["Who wrote this nonsense?"]]
    assert (found["n_abstained"], found["n_off_subject"]) == (4, 3)


def test_meanings_are_compared_by_a_run_and_kept(
    yard: Yard, owner: Actor, client: TestClient, collection: Collection, ask: Ask, told: Callable[..., dict[str, Any]]
) -> None:
    same = ("How do I reset my password?", "password reset", "How can I reset a password?")
    for n, question in enumerate((*same, "What is a worker?", "what's a worker")):
        ask(question, f"rd_{n}", at=datetime.now(UTC))
    started = client.post(f"/api/v1/collections/{collection.id}/readers/groups")
    again = client.post(f"/api/v1/collections/{collection.id}/readers/groups")
    assert started.json()["id"] == again.json()["id"]
    run = drive(yard, started.json()["id"])
    assert (run.state, run.result) == ("succeeded", {"n_questions": 5, "n_groups": 2}), run.error
    found = told(since=(datetime.now(UTC) - timedelta(days=1)).isoformat(), until=datetime.now(UTC).isoformat())
    assert [(group["n"], len(group["examples"])) for group in found["top"]] == [(3, 3), (2, 2)]
    assert found["n_by_words"] == 0

    ask("PASSWORD: reset", "rd_9", at=datetime.now(UTC))
    found = told(since=(datetime.now(UTC) - timedelta(days=1)).isoformat(), until=datetime.now(UTC).isoformat())
    assert (found["top"][0]["n"], found["n_by_words"]) == (4, 1), "its words are those of a question that is grouped"
    with yard.context(owner) as ctx:
        before = ctx.session.get_one(QuestionGrouping, collection.id)
        hashes = {before.groups_hash, before.vectors_hash}
    run = drive(yard, client.post(f"/api/v1/collections/{collection.id}/readers/groups").json()["id"])
    assert run.result == {"n_questions": 6, "n_groups": 2}
    with yard.context(owner) as ctx:
        after = ctx.session.get_one(QuestionGrouping, collection.id)
        vectors = Vectors.from_bytes(ctx.artifacts.read_bytes(after.vectors_hash))
        assert not any(ctx.artifacts.exists(digest) for digest in hashes), "what nobody needs is gone"
    assert len(vectors.questions) == len(vectors.vectors) == 6


def test_once_a_day_by_itself_where_something_was_asked(
    yard: Yard, owner: Actor, collection: Collection, ask: Ask
) -> None:
    group_due(yard)
    ask("What is a worker?", "rd_1", at=datetime.now(UTC))
    group_due(yard)
    group_due(yard)
    with yard.context(owner) as ctx:
        (run,) = list_runs(ctx, kind="group_questions")
    drive(yard, run.id)
    group_due(yard)
    with yard.context(owner) as ctx:
        assert len(list_runs(ctx, kind="group_questions")) == 1


def test_an_export_is_safe_to_open_and_names_nobody(client: TestClient, collection: Collection, ask: Ask) -> None:
    ask("=cmd|' /C calc'!A0", "rd_secret", near="Ports")
    ask("Second?", "rd_other", thumb="down", comment="no, really")
    address = f"/api/v1/collections/{collection.id}/readers/export"
    times = {"since": (NOW - timedelta(days=2)).isoformat(), "until": NOW.isoformat()}
    answer = client.get(address, params=times)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["question"] for row in rows] == ["Second?", "'=cmd|' /C calc'!A0"]
    assert [row["reader"] for row in rows] == ["2", "1"]
    assert (rows[1]["outcome"], rows[1]["nearest"]) == ("abstained", "The server › Ports")
    assert (rows[0]["thumb"], rows[0]["comment"]) == ("down", "no, really")
    assert "rd_" not in answer.text
    assert client.get(address, params={"since": times["until"], "until": times["since"]}).status_code == 422
    assert client.get(address, params={"since": "2020-01-01T00:00:00Z"}).json()["detail"].startswith("A report covers")


def test_questions_go_with_their_calls(yard: Yard, owner: Actor, ask: Ask, told: Callable[..., dict[str, Any]]) -> None:
    ask("Which port?", "rd_1", thumb="down")
    with yard.context(owner) as ctx:
        for call in ctx.session.query(Call).all():
            ctx.session.delete(call)
    assert told()["n_questions"] == 0
    assert told()["thumbs_down"] == []


def asking(question: str, *, reader: int | None = 1, abstained: bool = True, near: tuple[str, ...] = ()) -> Asking:
    return Asking(
        f"cl_{question}", NOW, question, question, "", False, abstained, (near,) if near else (), reader, None, ""
    )


def test_groups_and_gaps_by_hand() -> None:
    found = [
        asking("a", near=("Doc", "Ports")),
        asking("A?", reader=2, near=("Doc", "Ports")),
        asking("b", reader=3, near=("Doc", "Ports")),
        asking("c", reader=None),
        asking("d", abstained=False),
    ]
    keys = Keys(Grouping(groups={"a": 1, "b": 2, "d": 1}))
    assert [(group.question, group.n) for group in groups(found, keys)] == [("A?", 3), ("b", 1), ("c", 1)]
    assert [(gap.heading, gap.n, gap.n_readers, gap.examples) for gap in gaps(found, keys)] == [
        (("Doc", "Ports"), 3, 3, ("A?", "b")),
        ((), 1, 1, ("c",)),
    ]


def test_equal_questions_are_equal_however_they_are_written() -> None:
    assert normal("  Wie   GROß? ") == normal("wie groß")
    assert normal("Đa\u0301p a\u0301n?") == normal("đáp án")


def test_grouping_is_by_nearness() -> None:
    import numpy as np

    base = np.eye(4, dtype=np.float32)
    near = base[0] + 0.2 * base[1]
    vectors = Vectors(("x", "y", "z"), np.stack([base[0], near / np.linalg.norm(near), base[2]]))
    found = grouped(Vectors.from_bytes(vectors.as_bytes())).groups
    assert found["x"] == found["y"] != found["z"]
    assert grouped(Vectors((), np.zeros((0, 4)))).groups == {}
    assert grouped(Vectors(("only",), base[:1])).groups == {"only": 0}
