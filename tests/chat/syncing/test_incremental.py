"""A sync does what changed, and no more: vectors, rows and texts that hold stay as they are."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from modelyard.chat.chunking import words_in
from modelyard.chat.documents import document_text, list_chunks, text_version
from modelyard.chat.index import Index
from modelyard.chat.index import Shelf as IndexShelf
from modelyard.chat.tables import ChunkVector
from modelyard.chat.verbs import change_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from tests.chat.shelf import Shelf, add_embedder, page, paragraph


@pytest.fixture
def shelf(yard: Yard, owner: Actor, tmp_path: Path) -> Shelf:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(first=page("First", 1, 2, 3), second=page("Second", 11, 12), third=page("Third", 21))
    return shelf


def found_by_words(shelf: Shelf, text: str) -> list[int]:
    row = shelf.row
    index: Index = family("index").parse(row.index)
    with shelf.yard.readers() as session:
        hits = index.by_words(IndexShelf(session, shelf.yard.settings, row.id, row.version), text, k=50)
    return [hit.chunk_id for hit in hits]


@pytest.mark.postgres
def test_first_and_second_sync(shelf: Shelf) -> None:
    result = shelf.synced()
    assert (result["n_found"], result["n_new"], result["has_changed"]) == (3, 3, True)
    row, chunks = shelf.row, shelf.chunks
    assert (row.state, row.n_documents, row.n_chunks, row.error) == ("ready", 3, len(chunks), None)
    assert len(chunks) >= 6
    assert row.n_words_indexed == row.n_words > 0
    assert len(shelf.embedded) == len(chunks)
    assert shelf.n_waiting() == 0
    with shelf.yard.context(shelf.owner, writes=False) as ctx:
        for document in shelf.documents.values():
            parsed = document_text(ctx, document.id)
            assert document.n_words == words_in(parsed.text)
            for chunk in list_chunks(ctx, document.id):
                assert parsed.text[chunk.start : chunk.end] == chunk.text

    result = shelf.synced()
    assert (result["n_unchanged"], result["n_new"], result["n_changed"], result["has_changed"]) == (3, 0, 0, False)
    assert shelf.row.version == row.version
    assert [chunk.id for chunk in shelf.chunks] == [chunk.id for chunk in chunks]
    assert len(shelf.embedded) == len(chunks)


@pytest.mark.postgres
def test_only_what_changed_is_embedded_again(shelf: Shelf) -> None:
    shelf.synced()
    before, n_embedded, version = {chunk.id: chunk for chunk in shelf.chunks}, len(shelf.embedded), shelf.row.version
    added = f"## A new beginning\n\n{paragraph(900)}\n\n{paragraph(901)}\n\n"
    shelf.write(first=page("First", 1, 2, 3).replace("## Section 3", f"{added}## Section 3"))
    result = shelf.synced()
    assert (result["n_changed"], result["n_unchanged"]) == (1, 2)
    assert shelf.embedded[n_embedded:] == ["passage: " + paragraph(901)]
    after = {chunk.id: chunk for chunk in shelf.chunks}
    assert before.keys() < after.keys()
    (new,) = after.keys() - before.keys()
    assert paragraph(901) in after[new].text
    (moved,) = (chunk for chunk in after.values() if "Section 3" in chunk.text)
    assert moved.start > before[moved.id].start
    assert shelf.row.version == version + 1
    with shelf.yard.context(shelf.owner, writes=False) as ctx:
        parsed = document_text(ctx, shelf.documents["first.md"].id)
        places = list_chunks(ctx, shelf.documents["first.md"].id)
    assert [chunk.place for chunk in places] == list(range(len(places)))
    assert all(parsed.text[chunk.start : chunk.end] == chunk.text for chunk in places)


@pytest.mark.postgres
def test_what_is_removed_is_not_found_but_its_text_stays_for_answers(shelf: Shelf) -> None:
    shelf.synced()
    gone = shelf.documents["second.md"]
    chunk_ids = {chunk.id for chunk in shelf.chunks if chunk.document_id == gone.id}
    assert chunk_ids & set(found_by_words(shelf, "number 11"))
    (shelf.folder / "second.md").unlink()
    assert shelf.synced()["n_removed"] == 1
    assert not chunk_ids & set(found_by_words(shelf, "number 11"))
    assert shelf.documents.keys() == {"first.md", "third.md"}
    with shelf.yard.context(shelf.owner, writes=False) as ctx:
        assert paragraph(11) in document_text(ctx, gone.id, gone.text_hash).text
        assert text_version(ctx, gone.id, gone.text_hash).last_version == shelf.row.version - 1
        with pytest.raises(NotFound):
            document_text(ctx, gone.id)


def test_a_changed_document_has_its_earlier_text(shelf: Shelf) -> None:
    shelf.synced()
    before = shelf.documents["third.md"]
    shelf.write(third=page("Third", 22))
    shelf.synced()
    now = shelf.documents["third.md"]
    assert now.id == before.id
    with shelf.yard.context(shelf.owner, writes=False) as ctx:
        assert paragraph(21) in document_text(ctx, now.id, before.text_hash).text
        assert paragraph(22) in document_text(ctx, now.id).text
        assert text_version(ctx, now.id, before.text_hash).last_version is not None
    shelf.write(third=page("Third", 21))
    shelf.synced()
    with shelf.yard.context(shelf.owner, writes=False) as ctx:
        assert text_version(ctx, now.id).text_hash == before.text_hash


def test_a_file_with_another_name_is_the_same_document(shelf: Shelf) -> None:
    shelf.synced()
    before, n_embedded = shelf.documents["third.md"], len(shelf.embedded)
    (shelf.folder / "third.md").rename(shelf.folder / "fourth.md")
    result = shelf.synced()
    assert (result["n_removed"], result["n_changed"], result["n_new"]) == (0, 1, 0)
    assert shelf.documents["fourth.md"].id == before.id
    assert len(shelf.embedded) == n_embedded


@pytest.mark.postgres
def test_another_embedder_is_taken_up_by_the_next_sync(shelf: Shelf, tmp_path: Path) -> None:
    shelf.synced()
    ids, diary = [chunk.id for chunk in shelf.chunks], tmp_path / "other"
    other = add_embedder(shelf.yard, shelf.owner, diary=str(diary), model="two", size=24)
    with shelf.yard.context(shelf.owner) as ctx:
        changed = change_collection(ctx, shelf.id, embedder_id=other)
        assert changed.embedder_id == shelf.embedder_id  # it answers until the next sync
        assert changed.wanted is not None
    run = shelf.sync()
    assert run.state == "succeeded", run.error
    assert "embedded anew: another index or embedder was chosen" in shelf.logged(run)
    row = shelf.row
    assert (row.embedder_id, row.wanted, row.embedder_fingerprint) == (other, None, "test_embedder:two")
    assert [chunk.id for chunk in shelf.chunks] == ids
    assert len(diary.read_text().splitlines()) == len(ids)
    assert shelf.n_waiting() == 0
    assert set(found_by_words(shelf, "number")) == set(ids)


@pytest.mark.postgres
def test_another_index_takes_over_whole(shelf: Shelf) -> None:
    shelf.synced()
    ids = [chunk.id for chunk in shelf.chunks]
    wanted = {"kind": "pgvector"}
    if shelf.yard.settings.is_sqlite:
        with pytest.raises(Invalid), shelf.yard.context(shelf.owner) as ctx:
            change_collection(ctx, shelf.id, index=wanted)
        return
    with shelf.yard.context(shelf.owner) as ctx:
        assert change_collection(ctx, shelf.id, index=wanted).index["kind"] == "embedded"
    assert set(found_by_words(shelf, "number")) == set(ids)
    shelf.synced()
    row = shelf.row
    assert (row.index["kind"], row.wanted) == ("pgvector", None)
    assert set(found_by_words(shelf, "number")) == set(ids)
    with shelf.yard.readers() as session:
        assert session.scalar(select(func.count()).select_from(ChunkVector)) == 0, "the old index was dropped"
    shelf.write(first=page("First", 1, 2))
    shelf.synced()
    assert set(found_by_words(shelf, "number")) == {chunk.id for chunk in shelf.chunks}


def test_everything_anew_when_that_is_asked_for(shelf: Shelf) -> None:
    shelf.synced()
    ids, texts = [chunk.id for chunk in shelf.chunks], sorted(shelf.embedded)
    shelf.synced(anew=True)
    assert sorted(shelf.embedded) == sorted(texts * 2)
    assert [chunk.id for chunk in shelf.chunks] == ids


def test_names_that_no_database_stores(shelf: Shelf) -> None:
    """File names of a folder are bytes: what is no text is left out, told, and costs nobody else."""
    hostile = (
        b"\xff\xfe.md",
        b"new\nline.md",
        b"tab\t.md",
        "\u202emd.md".encode(),
        b"quote'\".md",
        b"%_.md",
        b"a" * 250 + b".md",
    )
    for number, name in enumerate(hostile):
        (Path(os.fsdecode(os.fsencode(shelf.folder) + b"/" + name))).write_text(page("Hostile", 100 + number))
    result = shelf.synced()
    assert result["n_new"] + result["n_left_out"] + result["n_failed"] == 3 + len(hostile)
    assert result["n_new"] >= 3 + 5
    assert {"first.md", "second.md", "third.md", "%_.md"} <= shelf.documents.keys()
    assert shelf.synced()["has_changed"] is False
