"""Batches over HTTP."""

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.models.tables import Model
from tests.predictions.batches.yard import Batches

API = "/api/v1"
HOSTILE = (
    "<img src=x onerror=alert(1)> great",
    "=cmd|' /C calc'!A0 bad",
    '#import "x" good',
    "*bold* {{7*7}} terrible",
    "\u202egreat phone",
    "👨‍👩‍👧‍👦 love it",
    "مرحبا great",
    "điện thoại tốt, ấn tượng",
)


def uploaded(client: TestClient, model: Model, content: Any, query: str = "", **options: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/endpoints/{model.endpoint_id}/batches?{query}", content=content, **options)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def finished(batches: Batches, client: TestClient, batch: dict[str, Any]) -> dict[str, Any]:
    while batch["state"] in ("reading", "queued", "running"):
        batches.driver(batches.yard, batch["run_id"])
        batch = client.get(f"{API}/batches/{batch['id']}").json()
    return batch


def test_the_whole_way(client: TestClient, batches: Batches, reviews: Model) -> None:
    content = (
        "Review;product\n" + "".join(f'"{text.replace(chr(34), chr(34) * 2)}";x\n' for text in HOSTILE) + '" ";y\n'
    )
    batch = uploaded(client, reviews, content.encode(), "filename=r.csv&label=spring")
    assert batch["state"] == "reading"
    batch = finished(batches, client, batch)
    assert batch["state"] == "ready"
    assert batch["mapping"] == {"review": "Review"}
    assert batch["check"]["n_bad"] == 1
    batch = finished(batches, client, client.post(f"{API}/batches/{batch['id']}/start").json())
    assert (batch["state"], batch["n_rows"], batch["n_failed"]) == ("succeeded", 9, 1)
    page = client.get(f"{API}/batches/{batch['id']}/rows", params={"limit": 3, "offset": 1}).json()
    assert page["total"] == 9
    assert [item["row"] for item in page["items"]] == [2, 3, 4]
    assert page["items"][0]["inputs"]["review"] == HOSTILE[1]
    assert [w for w in batch["check"]["warnings"] if "product" in w] == []  # it is the label of each row
    found = client.get(f"{API}/batches/{batch['id']}/rows", params={"search": "ĐIEN THOAI"}).json()
    assert [item["row"] for item in found["items"]] == [8]
    errors = list(csv.reader(io.StringIO(client.get(f"{API}/batches/{batch['id']}/errors.csv").text)))
    assert errors[0] == ["row", "column", "reason", "Review", "product"]
    assert errors[1][0] == "9"
    listed = client.get(f"{API}/batches", params={"endpoint_id": reviews.endpoint_id, "search": "r.c"}).json()
    assert [item["id"] for item in listed["items"]] == [batch["id"]]
    assert client.get(f"{API}/batches", params={"state": "failed"}).json()["items"] == []


def test_rows_as_json_and_as_lines(client: TestClient, batches: Batches, reviews: Model) -> None:
    rows = [{"review": "great"}, {"review": "bad, bad"}]
    batch = finished(batches, client, uploaded(client, reviews, None, "start=true", json={"rows": rows}))
    assert (batch["state"], batch["n_rows"]) == ("succeeded", 2), batch["error"]
    lines = 'great, "really"\r\n\r\nbad; bad\nlove, it\tgreat'
    pasted = uploaded(client, reviews, lines.encode(), "start=true", headers={"Content-Type": "text/plain"})
    pasted = finished(batches, client, pasted)
    assert (pasted["state"], pasted["n_rows"]) == ("succeeded", 3), pasted["error"]
    items = client.get(f"{API}/batches/{pasted['id']}/rows").json()["items"]
    assert [item["inputs"]["review"] for item in items] == ['great, "really"', "bad; bad", "love, it\tgreat"]


def test_one_row_has_its_texts_whole_and_its_correction(client: TestClient, batches: Batches, reviews: Model) -> None:
    text = "tốt " * 5_000 + "end"
    batch = finished(batches, client, uploaded(client, reviews, None, "start=true", json={"rows": [{"review": text}]}))
    rows = f"{API}/batches/{batch['id']}/rows"
    [cut] = client.get(rows).json()["items"]
    assert cut["inputs"]["review"] == text[:2000] + "…"
    client.post(f"{API}/corrections", json={"batch_id": batch["id"], "row": 1, "correct": cut["prediction"]})
    whole = client.get(f"{rows}/1").json()
    assert whole == {**cut, "inputs": {"review": text}, "correct": cut["prediction"]}
    missing = client.get(f"{rows}/2")
    assert (missing.status_code, "it has 1" in missing.json()["detail"]) == (404, True)


def test_the_same_file_is_reopened_and_not_computed_again(client: TestClient, batches: Batches, reviews: Model) -> None:
    content = b"review\ngreat phone\nbad phone\n"
    first = finished(batches, client, uploaded(client, reviews, content, "filename=a.csv&start=true"))
    same = uploaded(client, reviews, content, "filename=b.csv&start=true")
    assert (same["id"], same["is_reopened"], same["state"]) == (first["id"], True, "succeeded")
    again = uploaded(client, reviews, content, "filename=b.csv&again=true")
    assert again["id"] != first["id"]
    assert not again["is_reopened"]


def test_an_upload_sent_twice_is_taken_once(client: TestClient, reviews: Model) -> None:
    content, there = b"review\ngreat phone\nbad phone\n", f"{API}/endpoints/{reviews.endpoint_id}/batches"
    asked: dict[str, Any] = {"params": {"filename": "a.csv", "again": True}, "headers": {"Idempotency-Key": "u1"}}
    first = client.post(there, content=content, **asked)
    again = client.post(there, content=iter([content[:9], content[9:]]), **asked)
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(client.get(f"{API}/batches").json()["items"]) == 1
    other_body = client.post(there, content=content + b"good\n", **asked)
    other_label = client.post(there, content=content, **{**asked, "params": {**asked["params"], "label": "x"}})
    for refused in (other_body, other_label):
        assert refused.status_code == 422
        assert "new key" in refused.json()["hint"]


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(client: TestClient, reviews: Model) -> None:
    too_long = {"Content-Type": "application/json", "Content-Length": str(2**50)}
    there = f"{API}/endpoints/{reviews.endpoint_id}/batches"
    answer = client.post(there, content=iter([b'{"rows": []}']), headers=too_long)
    assert answer.status_code == 413, answer.text
    assert "MODELYARD_MAX_UPLOAD_BYTES" in answer.json()["detail"]


def test_rename_label_and_delete(client: TestClient, batches: Batches, reviews: Model) -> None:
    batch = finished(batches, client, uploaded(client, reviews, b"review\ngreat\nbad\n", "filename=a.csv&start=true"))
    changed = client.patch(f"{API}/batches/{batch['id']}", json={"name": "Spring ", "label": "blue"}).json()
    assert (changed["name"], changed["label"]) == ("Spring", "blue")
    items = client.get(f"{API}/batches/{batch['id']}/rows", params={"label": "blue"}).json()["items"]
    assert {item["label"] for item in items} == {"blue"}
    assert len(items) == 2
    artifacts = batches.yard.settings.data / "artifacts"
    before = {path.name for path in artifacts.rglob("*") if path.is_file()}
    assert client.delete(f"{API}/batches/{batch['id']}").status_code == 204
    gone = before - {path.name for path in artifacts.rglob("*") if path.is_file()}
    assert len(gone) == 2  # rows and results; the model stays
    assert client.get(f"{API}/batches/{batch['id']}").status_code == 404


def test_another_person_sees_nothing(
    client: TestClient, anonymous: TestClient, batches: Batches, reviews: Model
) -> None:
    batch = uploaded(client, reviews, b"review\ngreat\nbad\n", "filename=a.csv")
    assert anonymous.get(f"{API}/batches/{batch['id']}").status_code == 401
    person = {"email": "other@example.com", "password": "correct horse battery"}
    anonymous.post(f"{API}/auth/register", json={**person, "name": "Other"}).raise_for_status()
    anonymous.headers["X-CSRF-Token"] = anonymous.post(f"{API}/auth/sign-in", json=person).json()["csrf_token"]
    for path in ("", "/rows", "/rows/1", "/errors.csv"):
        assert anonymous.get(f"{API}/batches/{batch['id']}{path}").status_code == 404
    for method, path in (("POST", "/start"), ("POST", "/resume"), ("DELETE", ""), ("PATCH", "")):
        body = {"name": "mine"} if method == "PATCH" else None
        assert anonymous.request(method, f"{API}/batches/{batch['id']}{path}", json=body).status_code == 404
    there = f"{API}/endpoints/{reviews.endpoint_id}/batches?filename=a.csv"
    assert anonymous.post(there, content=b"a\nb\n").status_code == 404


@pytest.mark.parametrize(
    ("mapping", "path"),
    [({"review": "nothing"}, ["mapping", "review"]), ({"stars": "a"}, ["mapping", "stars"])],
)
def test_a_mapping_of_unknown_columns_is_refused(
    client: TestClient, batches: Batches, reviews: Model, mapping: dict[str, str], path: list[str]
) -> None:
    batch = finished(batches, client, uploaded(client, reviews, b"a,b\ngreat,1\nbad,2\n", "filename=a.csv"))
    answer = client.put(f"{API}/batches/{batch['id']}/mapping", json={"mapping": mapping})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == path


def test_mapping_again_needs_no_upload(client: TestClient, batches: Batches, reviews: Model) -> None:
    content = b"note,text,n\nx,great phone,1\ny,bad phone,2\n"
    batch = finished(batches, client, uploaded(client, reviews, content, "filename=a.csv"))
    assert batch["mapping"] == {"review": "text"}  # the longest texts
    changed = client.put(
        f"{API}/batches/{batch['id']}/mapping", json={"mapping": {"review": "note"}, "label_column": "n"}
    )
    batch = finished(batches, client, changed.json())
    assert (batch["state"], batch["mapping"], batch["label_column"]) == ("ready", {"review": "note"}, "n")
    batch = finished(batches, client, client.post(f"{API}/batches/{batch['id']}/start").json())
    items = client.get(f"{API}/batches/{batch['id']}/rows", params={"label": "2"}).json()["items"]
    assert [item["inputs"]["review"] for item in items] == ["y"]
