"""Files sent with a key of an endpoint: its limits, what it sees, and what it does not."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.kernel.errors import StorageFull
from modelyard.models.tables import Model
from modelyard.predictions.batches import predicting, walking
from modelyard.predictions.batches.walking import Walk
from tests.access.people import Clock
from tests.conftest import application_over
from tests.predictions.batches.test_routes import API, finished, uploaded
from tests.predictions.batches.yard import Batches, text_model

FILE = b'review\ngreat phone\nbad phone\n" "\nlove it\n'
ROWS_THAT_CAN_BE = 3


@pytest.fixture
def clock(batches: Batches) -> Clock:
    """The time of everything in the test."""
    clock = Clock()
    batches.yard = batches.yard.at(clock)
    return clock


@pytest.fixture
def program(batches: Batches, clock: Clock, client: TestClient) -> Iterator[Callable[..., TestClient]]:
    """Makes a key of the model's endpoint, and a program that comes with it."""
    with ExitStack() as stack:
        app = application_over(batches.yard)

        def make(model: Model, **limits: Any) -> TestClient:
            made = client.post(f"{API}/endpoints/{model.endpoint_id}/keys", json={"name": "shop", **limits})
            assert made.status_code == 201, made.text
            return stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {made.json()['key']}"}))

        yield make


def used(client: TestClient, model: Model) -> tuple[int, int]:
    [key] = client.get(f"{API}/endpoints/{model.endpoint_id}/keys").json()
    return key["n_calls_this_minute"], key["n_rows_today"]


Program = Callable[..., TestClient]


def test_a_key_sends_a_file_and_fetches_what_was_predicted(
    client: TestClient, batches: Batches, reviews: Model, program: Program
) -> None:
    shop = program(reviews, calls_per_minute=2, rows_per_day=4)
    sent = {"headers": {"Idempotency-Key": "monday"}}
    batch = uploaded(shop, reviews, FILE, "filename=a.csv&start=true", **sent)
    assert uploaded(shop, reviews, FILE, "filename=a.csv&start=true", **sent)["id"] == batch["id"]
    assert used(client, reviews) == (1, 0), "rows count when it is known how many there are"
    batch = finished(batches, shop, batch)
    assert (batch["state"], batch["n_rows"], batch["n_failed"]) == ("succeeded", 4, 1), batch["error"]
    assert used(client, reviews) == (1, ROWS_THAT_CAN_BE)
    address = f"{API}/batches/{batch['id']}"
    assert shop.get(f"{address}/rows").json()["total"] == 4
    exported = list(csv.DictReader(io.StringIO(shop.get(f"{address}/export").text)))
    assert [row["prediction"] for row in exported] == ["good", "bad", "", "good"]
    assert shop.get(f"{address}/errors.csv").text.splitlines()[1].startswith("3,")
    again = uploaded(shop, reviews, FILE, "start=true")
    assert (again["id"], again["is_reopened"]) == (batch["id"], True)
    assert used(client, reviews) == (2, ROWS_THAT_CAN_BE), "what is predicted is not counted twice"
    refused = shop.post(f"{API}/endpoints/{reviews.endpoint_id}/batches", content=FILE)
    assert (refused.status_code, refused.json()["detail"]) == (429, "The limit of 2 calls a minute is reached.")
    assert int(refused.headers["Retry-After"]) == 60


def test_a_key_sees_its_own_batches_and_nothing_else(
    client: TestClient, batches: Batches, reviews: Model, program: Program
) -> None:
    shop, other = program(reviews), program(reviews)
    mine = finished(batches, shop, uploaded(shop, reviews, FILE, "start=true"))
    owners = finished(batches, client, uploaded(client, reviews, FILE + b"good\n", "start=true"))
    for stranger, batch in ((other, mine), (shop, owners)):
        for path in ("", "/rows", "/export", "/errors.csv"):
            assert stranger.get(f"{API}/batches/{batch['id']}{path}").status_code == 404
        for verb in ("start", "resume"):
            assert stranger.post(f"{API}/batches/{batch['id']}/{verb}").status_code == 404
    assert uploaded(other, reviews, FILE)["id"] != mine["id"], "another key's batch is not reopened"
    assert client.get(f"{API}/batches/{mine['id']}").status_code == 200
    address = f"{API}/batches/{mine['id']}"
    correction = {"batch_id": mine["id"], "row": 1, "correct": "bad"}
    mapping = {"mapping": {"review": "review"}}
    for method, path, body in (
        ("GET", f"{API}/batches", None),
        ("PATCH", address, {"name": "x"}),
        ("PATCH", address, {"label": "x"}),
        ("PUT", f"{address}/mapping", mapping),
        ("DELETE", address, None),
        ("GET", f"{address}/rows/1/why", None),
        ("GET", f"{address}/words", None),
        ("GET", f"{address}/charts", None),
        ("POST", f"{address}/reports", {"format": "html"}),
        ("POST", f"{API}/corrections", correction),
        ("POST", f"{API}/runs/{mine['run_id']}/cancel", None),
    ):
        answer = shop.request(method, path, json=body)
        assert answer.status_code == 403, (method, path, answer.text)
    assert client.get(address).json()["name"] == mine["name"]


def test_a_key_of_another_endpoint_is_refused(batches: Batches, reviews: Model, program: Program) -> None:
    stranger = program(text_model(batches.yard, batches.owner, node_id="other"))
    answer = stranger.post(f"{API}/endpoints/{reviews.endpoint_id}/batches", content=FILE)
    assert (answer.status_code, answer.json()["detail"]) == (403, "This API key is for another endpoint.")


def test_a_batch_that_the_key_has_no_rows_left_for_waits_for_the_next_day(
    client: TestClient, batches: Batches, reviews: Model, program: Program, clock: Clock
) -> None:
    shop = program(reviews, rows_per_day=4)
    finished(batches, shop, uploaded(shop, reviews, b"review\ngreat\nbad\n", "start=true"))
    batch = finished(batches, shop, uploaded(shop, reviews, FILE, "start=true"))
    assert (batch["state"], batch["error"]["message"]) == ("ready", "The limit of 4 rows a day is reached (2 left).")
    address = f"{API}/batches/{batch['id']}"
    for answer in (
        shop.post(f"{address}/start"),
        shop.post(f"{API}/endpoints/{reviews.endpoint_id}/batches?start=true", content=FILE),
    ):
        assert answer.status_code == 429, answer.text
        assert int(answer.headers["Retry-After"]) > 60
    assert shop.get(address).json()["state"] == "ready"
    assert used(client, reviews)[1] == 2
    clock.move(timedelta(days=1))
    batch = finished(batches, shop, uploaded(shop, reviews, FILE, "start=true"))
    assert (batch["state"], batch["error"]) == ("succeeded", None)
    assert used(client, reviews)[1] == ROWS_THAT_CAN_BE
    large = finished(batches, shop, uploaded(shop, reviews, b"review\n" + b"good\n" * 5, "start=true"))
    assert (large["state"], large["error"]["message"]) == ("ready", "This has 5 rows; 4 rows a day are allowed.")
    started = finished(batches, client, client.post(f"{API}/batches/{large['id']}/start").json())
    assert started["state"] == "succeeded", "a person has no limit"
    assert used(client, reviews)[1] == ROWS_THAT_CAN_BE


def test_a_batch_that_is_cancelled_before_it_ran_gives_its_rows_back(
    client: TestClient, batches: Batches, reviews: Model, program: Program
) -> None:
    shop = program(reviews, rows_per_day=10)
    batch = finished(batches, shop, uploaded(shop, reviews, FILE))
    address = f"{API}/batches/{batch['id']}"
    started = shop.post(f"{address}/start").json()
    assert used(client, reviews)[1] == ROWS_THAT_CAN_BE
    assert client.post(f"{API}/runs/{started['run_id']}/cancel").status_code == 200
    assert (shop.get(address).json()["state"], used(client, reviews)[1]) == ("cancelled", 0)


@pytest.mark.postgres
def test_a_run_that_ends_early_counts_what_it_predicted(
    client: TestClient, batches: Batches, reviews: Model, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predicting, "FIRST_CHUNK_ROWS", 2)
    monkeypatch.setattr(walking, "PART_ROWS", 1)
    keep = Walk._keep

    def keep_one(walk: Walk, *frames: Any, **counts: int) -> None:
        if walk._number:
            raise StorageFull("The disk is full.")
        keep(walk, *frames, **counts)

    shop = program(reviews, rows_per_day=3)
    with monkeypatch.context() as patch:
        patch.setattr(Walk, "_keep", keep_one)
        batch = finished(batches, shop, uploaded(shop, reviews, FILE, "start=true"))
    assert (batch["state"], batch["n_done"]) == ("failed", 2)
    assert used(client, reviews)[1] == 2, "the third was not predicted"
    batch = finished(batches, shop, shop.post(f"{API}/batches/{batch['id']}/resume").json())
    assert batch["state"] == "succeeded"
    assert used(client, reviews)[1] == ROWS_THAT_CAN_BE, "rows that were done are not counted again"
    again = finished(batches, shop, uploaded(shop, reviews, FILE, "start=true&again=true"))
    assert (again["state"], used(client, reviews)[1]) == ("ready", ROWS_THAT_CAN_BE)


def test_a_batch_that_is_deleted_before_it_ran_gives_its_rows_back(
    client: TestClient, batches: Batches, reviews: Model, program: Program
) -> None:
    shop = program(reviews, rows_per_day=3)
    batch = finished(batches, shop, uploaded(shop, reviews, FILE))
    shop.post(f"{API}/batches/{batch['id']}/start")
    assert used(client, reviews)[1] == ROWS_THAT_CAN_BE
    assert client.delete(f"{API}/batches/{batch['id']}").status_code == 204
    assert used(client, reviews)[1] == 0
