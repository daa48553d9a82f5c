"""A collection that changed is measured again without spending anything unasked, and says when it got worse."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from modelyard.chat.quality.falling import fallen
from modelyard.chat.tables import QualityRun
from modelyard.chat.verbs import change_collection
from modelyard.llm.verbs import create_llm
from modelyard.runs.tables import Run
from tests.chat.quality.manual import KNOWN, Manual

EMPTY = "# Of {}\n\nThere was something here that is here no longer, and nobody says why it was taken away from us."
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def measured(number: int, **changes: tuple[float, float, float]) -> QualityRun:
    """Return a measurement with these changes: difference, low, high."""
    named = ("difference", "low", "high")
    stated = {name: {**dict(zip(named, each, strict=True)), "n": 30} for name, each in changes.items()}
    return QualityRun(
        id=f"qu_{number}", collection_version=number, scores={"changes": stated}, created_at=NOW, collection_id="cn_1"
    )


def test_a_fall_stands_until_it_has_risen_for_sure() -> None:
    fell = measured(1, hit_at_5=(-0.3, -0.5, -0.1), judged=(-0.2, -0.45, 0.05), seconds=(-2.0, -3.0, -1.0))
    assert [(each.figure, each.difference, each.quality_id) for each in fallen([fell])] == [("hit_at_5", -0.3, "qu_1")]
    unsure = measured(2, hit_at_5=(0.2, -0.1, 0.5))
    assert [each.figure for each in fallen([unsure, fell])] == ["hit_at_5"], "not a rise for sure"
    risen = measured(3, hit_at_5=(0.3, 0.1, 0.5))
    assert fallen([risen, unsure, fell]) == []
    again = measured(4, hit_at_5=(-0.1, -0.15, -0.05))
    assert [(each.quality_id, each.collection_version) for each in fallen([again, risen, fell])] == [("qu_4", 4)]


def waiting(manual: Manual) -> list[dict[str, Any]]:
    """Return the specs of measurements that wait, and execute them."""
    with manual.yard.readers() as session:
        runs = list(session.scalars(select(Run).where(Run.kind == "measure_quality", Run.state == "queued")))
    for run in runs:
        manual.run(run.id)
    return [run.spec for run in runs]


def changed(manual: Manual, **pages: str) -> None:
    """Change the documents and sync."""
    manual.shelf.write(**pages)
    manual.shelf.synced()


def paid(manual: Manual) -> None:
    """Have an LLM answer that has an address, which nobody listens at, and a price."""
    with manual.yard.context(manual.owner) as ctx:
        stated = {"kind": "openai", "model": "paid", "base_url": "http://127.0.0.1:9/v1", "usd_per_million_in": 1.0}
        llm = create_llm(ctx, "Paid", {**stated, "usd_per_million_out": 1.0}, secret="a-key")
        change_collection(ctx, manual.shelf.id, llm_id=llm.id)


def after_sync(manual: Manual, way: str) -> None:
    """Say what is measured after a sync."""
    with manual.yard.context(manual.owner) as ctx:
        change_collection(ctx, manual.shelf.id, answering={"measured_after_sync": way})


def test_what_was_taken_out_is_told_after_the_sync(own_manual: Manual) -> None:
    manual = own_manual
    for question, answer, key, _ in KNOWN:
        for way in ("", "Please tell me: ", "I wonder: ", "Say: "):
            manual.add(question=f"{way}{question}", answer=answer, document_key=key)
    manual.measured()
    assert manual.client.get(manual.address).json()["got_worse"] == []
    changed(manual, server=EMPTY.format("server"), calls=EMPTY.format("calls"))
    assert [(each["answers"], each["judge"]) for each in waiting(manual)] == [(True, True)], "nobody costs money"
    told = {each["figure"]: each for each in manual.client.get(manual.address).json()["got_worse"]}
    assert told["answered"]["high"] < 0
    assert told["answered"]["collection_version"] == manual.shelf.row.version
    listed = manual.client.get("/api/v1/collections").json()["items"]
    assert [each["figure"] for each in listed[0]["got_worse"]] == list(told)


def test_an_llm_that_costs_money_is_not_asked_unless_it_is_wished(own_manual: Manual) -> None:
    manual = own_manual
    manual.ask_known()
    whole = manual.measured()
    paid(manual)
    changed(manual, more=EMPTY.format("more"))
    assert [(each["answers"], each["judge"]) for each in waiting(manual)] == [(False, False)]
    newest = manual.client.get(f"{manual.address}/quality").json()["items"][0]
    assert (newest["is_search_only"], newest["is_cut"], newest["total_cost_usd"]) == (True, False, 0.0)
    assert (newest["figures"]["hit_at_10"]["value"], newest["figures"]["answered"]["value"]) == (1, None)
    assert newest["compared_with"] == whole["id"]
    after_sync(manual, "never")
    changed(manual, more=EMPTY.format("others"))
    assert waiting(manual) == []
    after_sync(manual, "whole")
    manual.answered_by(otherwise="NOT_FOUND")
    changed(manual, more=EMPTY.format("more again"))
    assert [each["answers"] for each in waiting(manual)] == [True]
    newest = manual.client.get(f"{manual.address}/quality").json()["items"][0]
    assert newest["compared_with"] == whole["id"], "answers are compared with answers"
