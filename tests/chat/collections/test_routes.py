"""Collections over HTTP: uploads, shapes, other people's, hostile names, what goes when one is deleted."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ByteSize
from sqlalchemy import func, select

from modelyard.chat.documents import document_text
from modelyard.chat.samples import FOLDERS, docs_folder
from modelyard.chat.tables import Chunk, ChunkVector, Collection, Document, DocumentVersion, VectorAhead
from modelyard.doors.api.app import create_app
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from tests.access.people import ANNA, add_person
from tests.chat.shelf import Shelf, add_embedder, page, paragraph
from tests.conftest import application_over, sign_in


@pytest.fixture
def embedder(yard: Yard, owner: Actor) -> str:
    return add_embedder(yard, owner)


@pytest.fixture
def stranger(yard: Yard) -> Iterator[TestClient]:
    add_person(yard)
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client, ANNA)
        yield client


def made(client: TestClient, embedder: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/collections", json={"name": "Manual", "embedder_id": embedder, **more})
    assert answer.status_code == 201, answer.text
    collection: dict[str, Any] = answer.json()
    return collection


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def upload(client: TestClient, yard: Yard, collection_id: str, content: bytes, filename: str) -> dict[str, Any]:
    path = f"/api/v1/collections/{collection_id}/documents"
    answer = client.post(path, params={"filename": filename}, content=content)
    assert answer.status_code == 201, answer.text
    origin: dict[str, Any] = answer.json()
    run = drive(yard, origin["run_id"])
    assert run.state == "succeeded", run.error
    return origin


def test_from_upload_to_text(client: TestClient, yard: Yard, embedder: str) -> None:
    collection = made(client, embedder, site_url="https://docs.example.com/")
    assert (collection["state"], collection["version"], collection["llm"]) == ("empty", 0, None)
    assert (collection["embedder"]["id"], collection["index"]["kind"]) == (embedder, "embedded")
    path = f"/api/v1/collections/{collection['id']}"
    archive = zipped(**{"guide/first.md": page("First", 1, 2), "second.md": page("Second", 3), "logo.png": "no text"})
    origin = upload(client, yard, collection["id"], archive, "manual.zip")
    assert (origin["kind"], origin["name"], origin["report"]) == ("zip", "manual.zip", None)

    ready = client.get(path).json()
    assert (ready["state"], ready["n_documents"], ready["n_failed"], ready["progress"]) == ("ready", 2, 0, None)
    assert ready["n_words_indexed"] == ready["n_words"] > 0
    assert client.get("/api/v1/collections", params={"search": "manu"}).json() == {"items": [ready], "next": None}
    (seen,) = client.get(f"{path}/origins").json()["items"]
    assert (seen["n_documents"], seen["report"]["n_new"], seen["report"]["n_left_out"]) == (2, 2, 1)
    assert seen["report"]["left_out"][0]["key"] == "*.png"

    first = client.get(f"{path}/documents", params={"limit": 1}).json()
    second = client.get(f"{path}/documents", params={"limit": 1, "cursor": first["next"]}).json()
    assert [each["key"] for each in first["items"] + second["items"]] == ["guide/first.md", "second.md"]
    assert second["next"] is None
    for search, n_found in (("SECOND", 1), ("guide/", 1), ("%", 0), ("First", 1)):
        assert len(client.get(f"{path}/documents", params={"search": search}).json()["items"]) == n_found
    assert client.get(f"{path}/documents", params={"state": "failed"}).json()["items"] == []

    document = client.get(f"/api/v1/documents/{first['items'][0]['id']}").json()
    assert (document["state"], document["title"], document["loader"]) == ("indexed", "First", "markdown")
    text = client.get(f"/api/v1/documents/{document['id']}/text").json()
    assert text["is_current"]
    chunks = client.get(f"/api/v1/documents/{document['id']}/chunks").json()["items"]
    assert len(chunks) == document["n_chunks"]
    assert all(text["text"][each["start"] : each["end"]] == each["text"] for each in chunks)
    assert {block["kind"] for block in text["blocks"]} == {"heading", "paragraph"}


def test_the_same_name_takes_the_place_of_the_one_before(client: TestClient, yard: Yard, embedder: str) -> None:
    collection = made(client, embedder)
    path = f"/api/v1/collections/{collection['id']}"
    before = upload(client, yard, collection["id"], page("One", 1, 2).encode(), "one.md")
    (document,) = client.get(f"{path}/documents").json()["items"]
    text_hash = client.get(f"/api/v1/documents/{document['id']}/text").json()["text_hash"]
    after = upload(client, yard, collection["id"], page("One", 1, 3).encode(), "one.md")
    assert after["id"] == before["id"]
    (same,) = client.get(f"{path}/documents").json()["items"]
    assert same["id"] == document["id"]
    old = client.get(f"/api/v1/documents/{document['id']}/text", params={"version": text_hash}).json()
    assert not old["is_current"]
    assert paragraph(2) in old["text"]
    assert client.get(f"/api/v1/documents/{document['id']}/text", params={"version": "0" * 64}).status_code == 404


def test_removed_documents_are_gone_at_once_and_their_texts_stay(
    client: TestClient, yard: Yard, owner: Actor, embedder: str
) -> None:
    collection = made(client, embedder)
    path = f"/api/v1/collections/{collection['id']}"
    origin = upload(client, yard, collection["id"], page("One", 1).encode(), "one.md")
    upload(client, yard, collection["id"], page("Two", 2).encode(), "two.md")
    one, two = client.get(f"{path}/documents").json()["items"]
    text_hash = client.get(f"/api/v1/documents/{one['id']}/text").json()["text_hash"]
    assert client.delete(f"{path}/origins/{origin['id']}").status_code == 204
    assert client.delete(f"{path}/origins/{origin['id']}").status_code == 404
    assert [each["id"] for each in client.get(f"{path}/documents").json()["items"]] == [two["id"]]
    after = client.get(path).json()
    assert (after["n_documents"], after["n_chunks"]) == (1, two["n_chunks"])
    assert client.get(f"/api/v1/documents/{one['id']}").status_code == 404
    with yard.context(owner, writes=False) as ctx:
        assert paragraph(1) in document_text(ctx, one["id"], text_hash).text
    assert client.get(f"/api/v1/documents/{one['id']}/text", params={"version": text_hash}).status_code == 200


def test_deleted_with_all_that_belongs_to_it(client: TestClient, yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(one=page("One", 1), two=page("Two", 2))
    shelf.synced()
    path, row = f"/api/v1/collections/{shelf.id}", shelf.row
    texts = [document.text_hash for document in shelf.documents.values()]
    goes = client.get(f"{path}/dependents").json()
    assert (goes["n_documents"], goes["n_calls"]) == (2, 0)
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"/api/v1/endpoints/{row.endpoint_id}").status_code == 404
    with yard.readers() as session:
        for table in (Collection, Document, DocumentVersion, Chunk, ChunkVector, VectorAhead):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
    assert not any(yard.artifacts.exists(str(digest)) for digest in texts)


def test_nobody_sees_what_is_somebody_elses(
    client: TestClient, stranger: TestClient, yard: Yard, embedder: str
) -> None:
    collection = made(client, embedder)
    origin = upload(client, yard, collection["id"], page("One", 1).encode(), "one.md")
    path = f"/api/v1/collections/{collection['id']}"
    (document,) = client.get(f"{path}/documents").json()["items"]
    text_hash = client.get(f"/api/v1/documents/{document['id']}/text").json()["text_hash"]
    assert stranger.get("/api/v1/collections").json()["items"] == []
    asked = [
        stranger.get(path),
        stranger.patch(path, json={"name": "Mine"}),
        stranger.delete(path),
        stranger.get(f"{path}/dependents"),
        stranger.post(f"{path}/documents", params={"filename": "x.md"}, content=b"# X"),
        stranger.post(f"{path}/origins", json={"kind": "site", "url": "https://example.com/"}),
        stranger.get(f"{path}/origins"),
        stranger.delete(f"{path}/origins/{origin['id']}"),
        stranger.post(f"{path}/sync"),
        stranger.get(f"{path}/documents"),
        stranger.get(f"/api/v1/documents/{document['id']}"),
        stranger.get(f"/api/v1/documents/{document['id']}/text"),
        stranger.get(f"/api/v1/documents/{document['id']}/text", params={"version": text_hash}),
        stranger.get(f"/api/v1/documents/{document['id']}/chunks"),
    ]
    assert [answer.status_code for answer in asked] == [404] * len(asked)
    refused = stranger.post("/api/v1/collections", json={"name": "Mine", "embedder_id": embedder})
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["path"] == ["embedder_id"]


def test_nobody_who_is_not_signed_in(anonymous: TestClient) -> None:
    for answer in (
        anonymous.get("/api/v1/collections"),
        anonymous.post("/api/v1/collections", json={"name": "X"}),
        anonymous.post("/api/v1/collections/cn_x/documents", params={"filename": "x.md"}, content=b"x"),
        anonymous.get("/api/v1/documents/dc_x/text"),
    ):
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "X", "index": {"kind": "none"}}, "index"),
        ({"name": "X", "embedder_id": "lm_none"}, "embedder_id"),
        ({"name": "X", "site_url": "javascript:alert(1)"}, "site_url"),
        ({"name": "X", "site_url": "https://me:secret@example.com"}, "site_url"),
        ({"name": "X", "colour": "red"}, "colour"),
    ],
)
def test_wrong_collections_are_refused_with_the_field(client: TestClient, body: dict[str, Any], field: str) -> None:
    answer = client.post("/api/v1/collections", json=body)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"][0] in (field, "body")
    assert client.get("/api/v1/collections").json()["items"] == []


def test_an_embedder_gives_no_answers(client: TestClient, embedder: str) -> None:
    answer = client.post("/api/v1/collections", json={"name": "X", "llm_id": embedder})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["path"] == ["llm_id"]


def test_changes(client: TestClient, yard: Yard, embedder: str) -> None:
    collection = made(client, embedder)
    path = f"/api/v1/collections/{collection['id']}"
    changed = client.patch(
        path, json={"name": "Handbook", "site_url": "https://x.example/", "answering": {"n_passages": 4}}
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["answering"]["n_passages"]) == ("Handbook", 4)
    assert changed.json()["answering"]["answer_from"] == collection["answering"]["answer_from"]
    assert client.get(f"/api/v1/endpoints/{collection['endpoint_id']}").json()["name"] == "Handbook"
    wrong = client.patch(path, json={"answering": {"n_passages": 99}})
    assert wrong.status_code == 422
    assert wrong.json()["fields"][0]["path"] == ["answering", "n_passages"]
    wanted = client.patch(path, json={"embedder_id": None}).json()
    assert (wanted["embedder"]["id"], wanted["wanted"]["embedder"]["id"]) == (embedder, None)
    assert client.patch(path, json={"embedder_id": embedder}).json()["wanted"] is None
    assert client.patch(path, json={"site_url": None}).json()["site_url"] is None
    assert client.post(f"{path}/sync").json()["follows"] is False
    assert client.patch(path, json={"embedder_id": None}).status_code == 409
    assert client.patch(path, json={"name": "Manual"}).status_code == 200


@pytest.mark.parametrize(
    "filename",
    [
        "../../etc/passwd.md",
        "..\\..\\boot.md",
        "\u202egnp.md",
        "a\tb\n.md",
        "<img src=x onerror=alert(1)>.md",
        "Đường.md",
    ],
)
def test_hostile_names_are_names(client: TestClient, yard: Yard, embedder: str, filename: str) -> None:
    collection = made(client, embedder)
    origin = upload(client, yard, collection["id"], b"# Title\n\nSome words.", filename)
    assert "/" not in origin["name"]
    assert "\\" not in origin["name"]
    assert origin["name"].isprintable()
    (document,) = client.get(f"/api/v1/collections/{collection['id']}/documents").json()["items"]
    assert document["state"] == "indexed"


@pytest.mark.parametrize(("filename", "content"), [("..", b"x"), ("a.md", b""), ("\u202e", b"x")])
def test_uploads_that_are_none(client: TestClient, embedder: str, filename: str, content: bytes) -> None:
    collection = made(client, embedder)
    path = f"/api/v1/collections/{collection['id']}"
    answer = client.post(f"{path}/documents", params={"filename": filename}, content=content)
    assert answer.status_code == 422
    assert client.get(f"{path}/origins").json()["items"] == []


def test_folders_are_not_read_in_production(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One")
    careful = Yard.open(yard.settings.model_copy(update={"allow_folders": False}))
    with TestClient(create_app(yard=careful), base_url="http://127.0.0.1") as client:
        sign_in(careful, client)
        collection = client.post("/api/v1/collections", json={"name": "X"}).json()
        path = f"/api/v1/collections/{collection['id']}/origins"
        answer = client.post(path, json={"kind": "folder", "path": str(tmp_path)})
        assert (answer.status_code, answer.json()["error"]) == (422, "folders_not_allowed")
        assert "ZIP" in answer.json()["hint"]
        assert client.post(path, json={"kind": "file", "filename": "/etc/passwd"}).status_code == 422
        assert client.post(path, json={"kind": "folder"}).json()["fields"][0]["path"] == ["folder", "path"]
    careful.close()


def test_over_the_limit(yard: Yard) -> None:
    small = Yard.open(yard.settings.model_copy(update={"max_upload_bytes": ByteSize(1000)}))
    with TestClient(create_app(yard=small), base_url="http://127.0.0.1") as client:
        sign_in(small, client)
        collection = client.post("/api/v1/collections", json={"name": "X"}).json()
        path = f"/api/v1/collections/{collection['id']}/documents"
        for content in (b"x" * 1001, iter([b"x" * 600, b"y" * 600])):
            answer = client.post(path, params={"filename": "x.md"}, content=content)
            assert (answer.status_code, answer.json()["error"]) == (413, "upload_too_large")
            assert "MODELYARD_MAX_UPLOAD_BYTES" in answer.json()["detail"]
    assert not list(small.settings.scratch.glob("upload-*"))
    small.close()


def test_the_sample_is_made_once(client: TestClient, yard: Yard) -> None:
    first = client.post("/api/v1/collections/sample").json()
    assert client.post("/api/v1/collections/sample").json()["id"] == first["id"]
    assert (first["sample"], first["embedder"]["id"], first["state"]) == ("guides", None, "syncing")
    assert first["progress"]["message"] == "Waiting for a worker"
    with yard.readers() as session:
        assert [run.state for run in session.scalars(select(Run))] == ["queued"]
    assert all(list((docs_folder() / folder).glob("*.md")) for folder in FOLDERS)
