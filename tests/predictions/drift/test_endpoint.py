"""Drift of an endpoint over HTTP: rows of its calls and batches, measured by a run, and by itself once a day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from modelyard.access.verbs import register
from modelyard.endpoints.servable import Answers
from modelyard.endpoints.usage_steps import count_usage
from modelyard.endpoints.verbs import record_call
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.predictions.drift import keeping
from modelyard.predictions.drift.report import NOT_KEPT
from modelyard.predictions.drift.tables import DriftReport
from modelyard.predictions.drift.watching import LEAST_ROWS, measure_due
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from tests.conftest import application_over, sign_in
from tests.predictions.batches.yard import BAD, GOOD, Batches

USUAL = [*GOOD, *BAD]
STRANGE = ["=cmd|' /C calc'!A0 parcel", "<img src=x onerror=alert(1)> parcel", "🎉 parcel lost", "مرحبا parcel"]


def called(yard: Yard, owner: Actor, model: Model, reviews: Sequence[Any], *, version: int = 1) -> None:
    """Keep a call as the endpoint would: answers are what matters here, not who computed them."""
    outputs = [{"prediction": "good", "probabilities": {"good": 0.9, "bad": 0.1}} for _ in reviews]
    inputs = [{"review": review} for review in reviews]
    with yard.context(owner) as ctx:
        record_call(
            ctx, str(model.endpoint_id), inputs, answers=Answers(outputs), latency_seconds=0.01, version=version
        )


def address(model: Model) -> str:
    return f"/api/v1/endpoints/{model.endpoint_id}/drift"


def measured(yard: Yard, client: TestClient, model: Model) -> dict[str, Any]:
    """Measure now, and return what GET answers."""
    asked = client.post(address(model))
    assert asked.status_code == 202, asked.text
    assert client.get(address(model)).json()["run_id"] == asked.json()["id"]
    run = drive(yard, asked.json()["id"])
    assert run.state == "succeeded", run.error
    return dict(client.get(address(model)).json())


@pytest.mark.postgres
def test_calls_and_batches_are_compared_with_training(
    yard: Yard, owner: Actor, client: TestClient, batches: Batches, reviews: Model
) -> None:
    assert client.get(address(reviews)).json()["told"].startswith("No drift has been measured yet.")
    none = measured(yard, client, reviews)
    assert (none["n_rows"], none["told"]) == (0, "There were no new rows in this time.")

    called(yard, owner, reviews, USUAL * 4)
    alike = measured(yard, client, reviews)
    assert (alike["n_rows"], alike["n_calls"], alike["n_batches"], alike["is_cut"]) == (40, 1, 0, False)
    assert alike["columns"][0]["is_drifted"] is False
    assert alike["prediction"]["recent"] == {"bad": 0, "good": 1}
    assert [alert.partition(":")[0] for alert in alike["alerts"]] == ["Predictions"]

    called(yard, owner, reviews, STRANGE * 10, version=2)
    batch = batches.predicted(reviews, "review\n" + "".join(f'"{text} {n}"\n' for n in range(15) for text in STRANGE))
    assert batch.state == "succeeded"
    found = measured(yard, client, reviews)
    assert (found["n_rows"], found["n_calls"], found["n_batches"]) == (140, 2, 1)
    assert found["prediction"]["n"] == 100, "what another version said is no drift of this one"
    parcel = found["words"][0]
    assert (parcel["word"], parcel["column"], parcel["training"]) == ("parcel", "review", 0)
    assert parcel["recent"] == pytest.approx(100 / 140)
    assert any("'parcel' (0 % → 71 %)" in alert for alert in found["alerts"])
    assert found["told"] == f"{len(found['alerts'])} things have changed since training."


def test_times_choose_the_rows_and_are_checked(yard: Yard, owner: Actor, client: TestClient, reviews: Model) -> None:
    now = yard.clock()
    called(yard.at(lambda: now - timedelta(days=20)), owner, reviews, USUAL)
    called(yard, owner, reviews, USUAL[:1])
    assert measured(yard, client, reviews)["n_rows"] == 1
    month = {"since": (now - timedelta(days=30)).isoformat(), "until": (now - timedelta(days=1)).isoformat()}
    drive(yard, client.post(address(reviews), params=month).json()["id"])
    assert client.get(address(reviews), params=month).json()["n_rows"] == 10
    other = client.get(address(reviews), params={"since": month["until"]}).json()
    assert other["measured_at"] is None
    for verb in (client.get, client.post):
        turned = verb(address(reviews), params={"since": month["until"], "until": month["since"]})
        assert (turned.status_code, turned.json()["hint"]) == (422, "Choose other dates.")


def test_while_it_is_measured_it_is_not_measured_again(client: TestClient, reviews: Model) -> None:
    first, second = client.post(address(reviews)).json(), client.post(address(reviews)).json()
    assert first["id"] == second["id"]


def test_a_model_of_before_says_what_to_do(yard: Yard, owner: Actor, client: TestClient, reviews: Model) -> None:
    with yard.context(owner) as ctx:
        model = ctx.session.get_one(Model, reviews.id)
        known = [
            {name: value for name, value in column.items() if name != "distribution"}
            for column in model.training_profile["columns"]
        ]
        model.training_profile = {"n_rows": model.training_profile["n_rows"], "columns": known}
    called(yard, owner, reviews, STRANGE * 10)
    found = measured(yard, client, reviews)
    assert (found["n_rows"], found["alerts"], found["columns"][0]["told"]) == (40, [], NOT_KEPT)


def test_an_endpoint_without_its_model_or_of_somebody_else(yard: Yard, client: TestClient, reviews: Model) -> None:
    with yard.context(ANONYMOUS) as ctx:
        register(ctx, email="stranger@example.com", password="a long enough pass phrase 7", name="S")
    with TestClient(application_over(yard)) as stranger:
        sign_in(yard, stranger, "stranger@example.com")
        assert stranger.get(address(reviews)).status_code == 404
        assert stranger.post(address(reviews)).status_code == 404
    with yard.sessions.begin() as session:
        session.delete(session.get_one(Model, reviews.id))
    refused = client.post(address(reviews))
    assert (refused.status_code, "serves no model" in refused.json()["detail"]) == (409, True)


def test_it_is_measured_by_itself_once_a_day(yard: Yard, owner: Actor, client: TestClient, reviews: Model) -> None:
    def runs() -> list[str]:
        measure_due(yard)
        with yard.readers() as session:
            return list(session.scalars(select(Run.id).where(Run.kind == "drift")))

    later = yard.at(lambda: yard.clock() + timedelta(hours=1))
    called(yard, owner, reviews, (USUAL * 10)[: LEAST_ROWS - 1])
    count_usage(later)
    assert runs() == []
    called(yard, owner, reviews, USUAL[:1])
    count_usage(later)
    (run_id,) = runs()
    assert runs() == [run_id]
    assert drive(yard, run_id).state == "succeeded"
    assert runs() == [run_id]
    assert client.get(address(reviews)).json()["n_rows"] == LEAST_ROWS
    measure_due(yard.at(lambda: yard.clock() + timedelta(days=1, minutes=1)))
    assert len(runs()) == 2


def test_the_latest_reports_are_kept(yard: Yard, owner: Actor, reviews: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "REPORTS_KEPT", 2)
    now = yard.clock()
    for minutes in range(4):
        with yard.at(lambda at=minutes: now + timedelta(minutes=at)).context(owner) as ctx:  # type: ignore[misc]
            keeping.keep_report(
                *(ctx, str(reviews.endpoint_id), {"n_rows": minutes, "alerts": []}), since=now, until=now, version=1
            )
    with yard.readers() as session:
        kept = session.scalars(select(DriftReport.n_rows).order_by(DriftReport.id))
        assert list(kept) == [2, 3]
