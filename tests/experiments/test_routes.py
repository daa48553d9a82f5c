"""Experiments over HTTP: written down, estimated, started, followed; what is wrong is said at its place."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.experiments.running.asking import CAPITALS, Asking

URL = "/api/v1/experiments"


@pytest.fixture
def asking(yard: Yard, owner: Actor) -> Asking:
    return Asking(yard, owner)


@pytest.fixture
def document(asking: Asking) -> dict[str, Any]:
    return {
        "name": "Capitals",
        "samples": {"dataset": asking.dataset(CAPITALS)},
        "strategies": [{"kind": "naive"}, {"kind": "cot"}],
        "llms": [{"llm": asking.llm()}],
    }


@pytest.mark.postgres
def test_an_experiment_from_its_document_to_its_end(
    asking: Asking, client: TestClient, document: dict[str, Any]
) -> None:
    made = client.post(URL, json=document)
    assert made.status_code == 201, made.text
    experiment = made.json()
    assert (experiment["n_configurations"], experiment["latest"], experiment["n_attempts"]) == (2, None, 0)
    of_it = f"{URL}/{experiment['id']}"

    started = client.post(f"{of_it}/attempts", json={"limit": 3}).json()
    assert (started["state"], started["n_planned"], started["is_scripted"]) == ("queued", 6, True)
    assert client.delete(of_it).status_code == 409
    asking.ended(asking.attempt(started["id"]))

    attempt = client.get(f"{of_it}/attempts/1").json()
    assert (attempt["state"], attempt["n_done"], attempt["can_resume"]) == ("succeeded", 6, False)
    assert [each["name"] for each in attempt["configurations"]] == ["naive · Scripted", "cot · Scripted"]
    assert attempt["began_at"] <= attempt["ended_at"]
    assert client.post(f"{of_it}/attempts/1/cancel").status_code == 409
    (listed,) = client.get(URL, params={"search": "capit"}).json()["items"]
    assert listed["latest"]["best"]["score"] == max(each["score"] for each in attempt["running"]["configurations"])

    assert client.delete(of_it).status_code == 204
    assert client.get(of_it).status_code == 404


def test_an_estimate_says_what_is_known(asking: Asking, client: TestClient, document: dict[str, Any]) -> None:
    at_address = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "lines": None}
    dear = asking.llm("Dear", **at_address, model="mine", usd_per_million_in=2.0, usd_per_million_out=8.0)
    asking.llm("Strange", **at_address, model="nobody-knows")
    asked = {**document, "strategies": [{"kind": "naive"}], "llms": [{"llm": dear}], "repeats": 2}
    said = client.post(f"{URL}/estimate", json=asked).json()
    assert (said["n_samples"], said["n_requests"], said["n_output_tokens_most"]) == (4, 8, 8 * 512)
    assert said["usd_most"] == pytest.approx((2 * said["n_input_tokens"] + 8 * 8 * 512) / 1e6)
    assert said["usd_typical"] is None

    unknown = client.post(f"{URL}/estimate", json={**asked, "llms": [{"llm": dear}, {"llm": "Strange"}]}).json()
    assert (unknown["usd_most"], unknown["unknown_prices"]) == (None, ["Strange"])
    assert unknown["usd_known_most"] == said["usd_most"]


def test_a_document_is_read_from_yaml_and_written_back(client: TestClient, document: dict[str, Any]) -> None:
    experiment = client.post(URL, json=document).json()
    text = client.get(f"{URL}/{experiment['id']}/document").text
    read = client.post(f"{URL}/read", json={"text": text}).json()
    assert (read["document"], read["text"]) == (experiment["document"], text)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"llms": [{"llm": "nobody"}]}, ["llms", "0", "llm"]),
        ({"samples": {"dataset": "nowhere"}}, ["samples", "dataset"]),
        ({"strategies": [{"kind": "naive", "template": "{secret}"}]}, ["strategies", "0", "template"]),
        ({"scorers": [{"kind": "magic"}]}, ["scorers", "0", "kind"]),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    client: TestClient, document: dict[str, Any], change: dict[str, Any], path: list[str]
) -> None:
    said = client.post(f"{URL}/estimate", json={**document, **change})
    assert said.status_code == 422
    assert [str(part) for part in said.json()["fields"][0]["path"]] == path


def test_others_do_not_see_it(anonymous: TestClient) -> None:
    assert anonymous.get(URL).status_code == 401
