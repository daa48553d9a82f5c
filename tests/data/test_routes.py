"""Datasets over HTTP: streaming, limits, permissions, shapes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import ByteSize

from modelyard.access.http import current_actor
from modelyard.doors.api.app import create_app
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive

PEOPLE = b"name,age,town\n" + b"".join(
    b"P%d x,%d,%s\n" % (i, 20 + i % 50, (b"Hanoi", b"Lyon")[i % 2]) for i in range(50)
)


@pytest.fixture
def client(yard: Yard, owner: Actor) -> Iterator[TestClient]:
    """The application, asked by the owner."""
    app = create_app(yard=yard)
    app.dependency_overrides[current_actor] = lambda: owner
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def upload(client: TestClient, content: bytes, **query: str) -> httpx.Response:
    return client.post("/api/v1/datasets", params={"filename": "people.csv", **query}, content=content)


def test_upload_read_look_change_delete(client: TestClient, yard: Yard) -> None:
    answer = upload(client, PEOPLE, name="People", target="town")
    assert answer.status_code == 201, answer.text
    dataset = answer.json()
    assert (dataset["state"], dataset["name"], dataset["columns"]) == ("reading", "People", [])
    drive(yard, dataset["run_id"])

    path = f"/api/v1/datasets/{dataset['id']}"
    ready = client.get(path).json()
    assert (ready["state"], ready["n_rows"], ready["target"], ready["task"]) == ("ready", 50, "town", "classification")
    assert [column["kind"] for column in ready["columns"]] == ["text", "number", "category"]
    assert client.get("/api/v1/datasets", params={"search": "peo"}).json() == {"items": [ready], "next": None}

    rows = client.get(f"{path}/rows", params={"offset": 1, "limit": 1, "columns": "town,age"}).json()
    assert rows == {"columns": ["town", "age"], "rows": [["Lyon", 21]], "total": 50}
    profile = client.get(f"{path}/profile").json()
    assert profile["columns"][1]["target_association"]["measure"] == "correlation_ratio"
    assert profile["sampled"] is False

    changed = client.patch(path, json={"name": "Folk", "target": None}).json()
    assert (changed["name"], changed["target"], changed["task"]) == ("Folk", None, None)
    unknown = client.patch(path, json={"target": "x"})
    assert unknown.status_code == 422
    assert unknown.json()["fields"] == [{"path": ["target"], "message": "There is no column 'x'."}]

    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_stream_without_a_stated_length(client: TestClient) -> None:
    answer = client.post("/api/v1/datasets?filename=p.csv", content=iter([PEOPLE[:100], PEOPLE[100:]]))
    assert answer.status_code == 201
    assert answer.json()["size_bytes"] == len(PEOPLE)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"%PDF-1.7", b"PAR1" + b"\0" * 50])
def test_what_cannot_be_read_is_refused_at_once(client: TestClient, yard: Yard, content: bytes) -> None:
    answer = upload(client, content)
    assert answer.status_code == 422
    assert answer.json()["error"] == "unreadable_file"
    assert answer.json()["hint"]
    assert not list(yard.settings.scratch.glob("upload-*"))


def test_over_the_limit(yard: Yard, owner: Actor) -> None:
    small = Yard.open(yard.settings.model_copy(update={"max_upload_bytes": ByteSize(1000)}))
    app = create_app(yard=small)
    app.dependency_overrides[current_actor] = lambda: owner
    with TestClient(app, base_url="http://127.0.0.1") as client:
        stated = upload(client, b"a,b\n" + b"1,2\n" * 1000)
        assert (stated.status_code, stated.json()["error"]) == (413, "dataset_too_large")
        streamed = client.post("/api/v1/datasets?filename=p.csv", content=(b"1,2\n" * 100 for _ in range(100)))
        assert streamed.status_code == 413
    small.close()
    assert not list(Path(yard.settings.scratch).glob("upload-*"))


def test_larger_than_other_requests_may_be(client: TestClient) -> None:
    content = b"a,b\n" + b"1,2\n" * (5 * 1024**2)
    assert upload(client, content).json()["size_bytes"] == len(content)


def test_nobody_uploads(yard: Yard) -> None:
    app = create_app(yard=yard)
    app.dependency_overrides[current_actor] = lambda: ANONYMOUS
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert upload(client, PEOPLE).status_code == 401
        assert client.get("/api/v1/samples").status_code == 401
        assert client.get("/api/v1/datasets").status_code == 401


def test_a_key_that_may_only_read(yard: Yard, owner: Actor) -> None:
    app = create_app(yard=yard)
    app.dependency_overrides[current_actor] = lambda: Actor(owner.id, "key", scopes=frozenset({"data:read"}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert upload(client, PEOPLE).status_code == 403
        assert client.get("/api/v1/datasets").status_code == 200


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 501}, {"offset": -1}, {"offset": 2**70}, {"limit": "x"}], ids=str
)
def test_bounds_of_pages(client: TestClient, query: dict[str, object]) -> None:
    assert client.get("/api/v1/datasets/ds_x/rows", params=query).status_code == 422


def test_samples(client: TestClient, yard: Yard) -> None:
    listed = client.get("/api/v1/samples").json()
    assert {"penguins", "bakery", "reviews"} <= {sample["key"] for sample in listed}
    assert all(sample["licence"] and sample["source"] and sample["licence_text"] for sample in listed)
    first = client.post("/api/v1/samples/penguins").json()
    assert first["sample"]["licence"] == "CC0 1.0"
    assert client.post("/api/v1/samples/penguins").json()["id"] == first["id"]
    assert client.post("/api/v1/samples/none").status_code == 404
    drive(yard, first["run_id"])
    assert client.get(f"/api/v1/datasets/{first['id']}").json()["target"] == "species"
