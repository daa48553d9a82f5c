"""Searching a collection over HTTP and on the terminal."""

import json

import pytest
from fastapi.testclient import TestClient

from modelyard.chat.indexes.embedded import EmbeddedIndex
from modelyard.chat.tables import Collection, Document
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.chat.indexes.shelves import new_collection, put
from tests.terminal import Command

TEXTS = ["The server listens on port 7431.", "Zebras graze on <b>grass</b>.", "Der Motor läuft."]


@pytest.fixture
def filled(yard: Yard, owner: Actor) -> tuple[Collection, Document]:
    """A collection of three chunks that are found by their words."""
    with yard.context(owner) as ctx:
        collection = new_collection(ctx, EmbeddedIndex())
        document, _ = put(ctx, EmbeddedIndex(), collection, TEXTS, title="Notes")
    return collection, document


def test_over_http(client: TestClient, filled: tuple[Collection, Document]) -> None:
    collection, document = filled
    address = f"/api/v1/collections/{collection.id}/search"
    found = client.get(address, params={"q": "Which port?", "k": 1}).json()
    (passage,) = found["passages"]
    assert (passage["document_id"], passage["start"], passage["end"]) == (document.id, 0, len(TEXTS[0]))
    assert passage["text"] == TEXTS[0]
    assert (passage["words_rank"], passage["meaning_rank"]) == (1, None)
    assert found["evidence"]["words_covered"] == 1.0
    assert found["nearest_headings"] == [["Notes"]]
    assert client.get(address, params={"q": "grass"}).json()["passages"][0]["text"] == TEXTS[1]
    assert client.get(address, params={"q": "port", "document": ["do_other"]}).json()["passages"] == []


@pytest.mark.parametrize(
    "asked",
    [{}, {"q": ""}, {"q": "x" * 4001}, {"q": "port", "k": 0}, {"q": "port", "k": 51}, {"q": "port", "k": 2**80}],
)
def test_what_cannot_be_asked_is_refused(
    client: TestClient, filled: tuple[Collection, Document], asked: dict[str, object]
) -> None:
    answer = client.get(f"/api/v1/collections/{filled[0].id}/search", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["fields"]


def test_others_see_nothing(client: TestClient, anonymous: TestClient, filled: tuple[Collection, Document]) -> None:
    assert client.get("/api/v1/collections/co_other/search", params={"q": "port"}).status_code == 404
    anonymous.cookies.clear()
    answer = anonymous.get(f"/api/v1/collections/{filled[0].id}/search", params={"q": "port"})
    assert answer.status_code == 401


def test_on_the_terminal(modelyard: Command, filled: tuple[Collection, Document]) -> None:
    shown = modelyard("collection", "search", "Papers", "Which port?")
    assert shown.returncode == 0
    assert "1. Notes" in shown.stdout
    assert TEXTS[0] in shown.stdout
    as_json = json.loads(modelyard("collection", "search", filled[0].id, "zebra", "--json").stdout)
    assert as_json["passages"][0]["text"] == TEXTS[1]
    assert "Nothing was found" in modelyard("collection", "search", "Papers", "astronomy").stdout
    nowhere = modelyard("collection", "search", "Nowhere", "port")
    assert (nowhere.returncode, "modelyard collection list" in nowhere.stderr) == (1, True)
