"""A Qdrant server that refuses, is busy, fails or is gone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from modelyard.chat.index import Shelf
from modelyard.chat.indexes import qdrant_server
from modelyard.chat.indexes.errors import IndexNotHere, IndexRefusedKey, IndexUnavailable
from modelyard.chat.indexes.qdrant import QdrantIndex
from modelyard.chat.retrieving.shelves import shelf_of
from modelyard.kernel.settings import Settings
from tests.chat.indexes.conftest import Place, place
from tests.chat.indexes.qdrant_shim import KEY, Shim
from tests.chat.indexes.shelves import new_collection, put, vector

TEXTS, VECTORS = ["A port.", "A zebra."], [vector(1), vector(0, 1)]


@pytest.fixture(scope="module")
def here(shim: Shim, sqlite_folder: Path) -> Iterator[Place]:
    settings = Settings(data=sqlite_folder, qdrant_url=shim.url, qdrant_api_key=SecretStr(KEY))
    yield from place(settings, QdrantIndex())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for hundredths of a second where the product waits for seconds."""
    monkeypatch.setattr(qdrant_server, "FIRST_WAIT_SECONDS", 0.01)


@pytest.fixture
def shelf(here: Place) -> Iterator[Shelf]:
    """The shelf of a collection with two chunks."""
    with here.yard.context(here.owner) as ctx:
        collection = new_collection(ctx, here.index)
        put(ctx, here.index, collection, TEXTS, vectors=VECTORS)
        yield shelf_of(ctx.session, ctx.settings, collection)


@pytest.mark.parametrize("fault", [500, 503, (429, "0"), 429])
def test_a_fault_that_passes_is_waited_for(here: Place, shim: Shim, shelf: Shelf, fault: int | tuple[int, str]) -> None:
    shim.faults.extend([fault, fault])
    assert len(here.index.by_meaning(shelf, VECTORS[0], k=2)) == 2
    assert not shim.faults


def test_a_fault_that_stays_is_told_in_our_words(here: Place, shim: Shim, shelf: Shelf) -> None:
    shim.faults.extend([500] * 4)
    with pytest.raises(IndexUnavailable, match="answered 500") as caught:
        here.index.by_meaning(shelf, VECTORS[0], k=2)
    assert not shim.faults
    assert caught.value.status == 503
    assert "injected" not in caught.value.message


def test_a_server_that_asks_for_much_patience_is_not_waited_for(
    here: Place, shim: Shim, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    shim.faults.append((429, "600"))
    with pytest.raises(IndexUnavailable, match="no room"):
        here.index.by_meaning(shelf, VECTORS[0], k=2)
    assert not slept


@pytest.mark.parametrize("wait", ["soon", "-1"])
def test_a_header_that_says_nothing_is_no_crash(here: Place, shim: Shim, shelf: Shelf, wait: str) -> None:
    shim.faults.append((429, wait))
    assert len(here.index.by_meaning(shelf, VECTORS[0], k=2)) == 2


def test_a_wrong_key_is_said_at_once(here: Place, shim: Shim, shelf: Shelf) -> None:
    wrong = here.yard.settings.model_copy(update={"qdrant_api_key": SecretStr("another")})
    elsewhere = Shelf(shelf.session, wrong, shelf.collection_id, shelf.version)
    n_before = len(shim.asked)
    with pytest.raises(IndexRefusedKey) as caught:
        here.index.by_meaning(elsewhere, VECTORS[0], k=2)
    assert len(shim.asked) == n_before + 1
    assert "another" not in f"{caught.value.message} {caught.value.hint}"


def test_a_server_that_is_gone_is_said_and_words_still_find(here: Place, shelf: Shelf) -> None:
    gone = here.yard.settings.model_copy(update={"qdrant_url": "http://127.0.0.1:9"})
    elsewhere = Shelf(shelf.session, gone, shelf.collection_id, shelf.version)
    with pytest.raises(IndexUnavailable, match="does not answer"):
        here.index.by_meaning(elsewhere, VECTORS[0], k=2)
    assert len(here.index.by_words(elsewhere, "zebra", k=2)) == 1


def test_it_cannot_be_chosen_without_a_server(tmp_path: Path) -> None:
    with pytest.raises(IndexNotHere, match="No Qdrant server is set") as caught:
        QdrantIndex().require_usable(Settings(data=tmp_path))
    assert "MODELYARD_QDRANT_URL" in str(caught.value.hint)


def test_another_embedder_takes_the_place_of_the_first(here: Place) -> None:
    """A sync that embeds anew puts the first chunks with vectors of another size."""
    with here.yard.context(here.owner) as ctx:
        collection = new_collection(ctx, here.index)
        put(ctx, here.index, collection, TEXTS, vectors=[each[:4] for each in VECTORS])
        put(ctx, here.index, collection, TEXTS, vectors=VECTORS)
        mine = shelf_of(ctx.session, ctx.settings, collection)
        assert len(here.index.by_meaning(mine, VECTORS[0], k=5)) == 2
        assert here.index.count(mine) == 2  # the first ones must be put anew


def test_a_server_that_lost_the_points_has_no_chunks(here: Place, shim: Shim, shelf: Shelf) -> None:
    """So the next sync embeds and puts them anew."""
    assert here.index.count(shelf) == 2
    shim.engine.delete_collection(f"modelyard_{shelf.collection_id}")
    assert here.index.count(shelf) == 0
    assert here.index.by_meaning(shelf, VECTORS[0], k=2) == []
    assert len(here.index.by_words(shelf, "zebra", k=2)) == 1
