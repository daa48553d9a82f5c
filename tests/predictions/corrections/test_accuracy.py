"""The accuracy since deployment, by hand; and what each threshold of "not sure" costs."""

import math
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.models.comparing.kept import read_predictions
from modelyard.models.tables import Model
from tests.models.rows import mixed, table_of
from tests.models.yard import draft_of, register
from tests.predictions.corrections.test_corrections import API, HOUSE, called

TEXTS = [{"review": text} for text in ("great phone", "love it", "bad screen", "awful, broke")]


def accuracy(client: TestClient, model: Model) -> dict[str, Any]:
    answer = client.get(f"{API}/endpoints/{model.endpoint_id}/accuracy")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def wilson_by_hand(hits: int, n: int) -> tuple[float, float]:
    z, p = 1.959963984540054, hits / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


@pytest.mark.postgres
def test_the_share_of_right_answers(client: TestClient, reviews: Model) -> None:
    nothing = accuracy(client, reviews)
    assert (nothing["n"], nothing["value"], nothing["by_version"]) == (0, None, [])
    call = called(client, reviews, *TEXTS)
    predicted = [output["prediction"] for output in call["outputs"]]

    def say(row: int, correct: str, **more: Any) -> None:
        said = {"call_id": call["call_id"], "row": row, "correct": correct, **more}
        assert client.post(f"{API}/corrections", json=said).status_code == 201

    say(0, "mixed", is_new_class=True)
    wrong_only = accuracy(client, reviews)
    assert (wrong_only["n"], wrong_only["n_confirmed"], wrong_only["value"]) == (1, 0, None)
    assert "confirm answers that are right" in wrong_only["told"]
    for row in (1, 2, 3):
        say(row, predicted[row])
    found = accuracy(client, reviews)
    assert (found["metric"], found["n"], found["n_confirmed"], found["value"]) == ("accuracy", 4, 3, 0.75)
    assert (found["low"], found["high"]) == pytest.approx(wilson_by_hand(3, 4))
    assert "no random sample" in found["told"]
    [of_version] = found["by_version"]
    assert (of_version["version"], of_version["n"], of_version["value"]) == (1, 4, 0.75)
    trained = next(metric for metric in reviews.metrics if metric["name"] == "accuracy")
    assert found["at_training"] == of_version["at_training"]
    assert (found["at_training"]["value"], found["at_training"]["n"]) == (trained["value"], trained["n"])


def test_how_far_numbers_are_off(client: TestClient, houses: Model) -> None:
    call = called(client, houses, *[{**HOUSE, "size": 60.0 + row} for row in range(12)])
    distances = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 18.0]
    for row, distance in enumerate(distances):
        right = call["outputs"][row]["prediction"] + (distance if row % 2 else -distance)
        said = {"call_id": call["call_id"], "row": row, "correct": right}
        assert client.post(f"{API}/corrections", json=said).status_code == 201
        if row == 0:
            first = accuracy(client, houses)
            assert first["value"] == pytest.approx(1.0)
            assert first["low"] is None
    found = accuracy(client, houses)
    assert (found["metric"], found["n"]) == ("mae", 12)
    assert found["value"] == pytest.approx(7.0)
    assert 4 < found["low"] < 7 < found["high"] < 11
    assert found["at_training"]["value"] == pytest.approx(
        next(m["value"] for m in houses.metrics if m["name"] == "mae")
    )


def test_thresholds_are_those_of_the_kept_rows(client: TestClient, yard: Yard, owner: Actor) -> None:
    engine = family("engine").parse({"kind": "lightgbm", "n_estimators": 5})
    model = register(
        yard, owner, draft_of(yard, table_of(mixed(200).drop("value"), "two", "classification"), engine)[1]
    )
    found = client.get(f"{API}/models/{model.id}/thresholds").json()
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    kept = read_predictions(yard.artifacts, model.predictions_hash or "", yard.settings.scratch)
    assert kept.prediction.probabilities is not None
    sure = [
        (max(row), predicted == actual)
        for row, predicted, actual in zip(
            kept.prediction.probabilities.tolist(), kept.prediction.values, kept.target, strict=True
        )
    ]
    assert (found["n"], found["split"], found["unavailable"]) == (len(sure), kept.split, None)
    assert [each["threshold"] for each in found["thresholds"]] == [percent / 100 for percent in range(50, 100)]
    assert found["thresholds"][0]["share"] == 1
    for each in found["thresholds"]:
        answered = [is_right for confidence, is_right in sure if confidence >= each["threshold"]]
        assert (each["n"], each["share"]) == (len(answered), len(answered) / len(sure))
        if not answered:
            assert each["accuracy"] is None
            continue
        assert each["accuracy"] == sum(answered) / len(answered)
        low, high = wilson_by_hand(sum(answered), len(answered))
        assert (each["low"], each["high"]) == pytest.approx((low, high))


def test_numbers_have_no_thresholds(client: TestClient, houses: Model) -> None:
    found = client.get(f"{API}/models/{houses.id}/thresholds").json()
    assert found["thresholds"] == []
    assert "probability" in found["unavailable"]
