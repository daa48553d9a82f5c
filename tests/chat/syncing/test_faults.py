"""What goes wrong while a collection is synced: killed, cancelled, refused by the embedder, asked for twice, full."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from modelyard.chat.adding import add_origin, remove_origin
from modelyard.chat.deletion import delete_collection
from modelyard.chat.documents import document_text, list_origins
from modelyard.chat.index import Index
from modelyard.chat.index import Shelf as IndexShelf
from modelyard.chat.verbs import create_collection, get_collection, sync_collection
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run
from modelyard.runs.verbs import cancel_run, retry_run
from tests.chat.shelf import Shelf, page, paragraph


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "modelyard.runs.child" in " ".join(child.cmdline())]


def while_syncing(shelf: Shelf, act: Callable[[str], None], *, n_embedded: int) -> Run:
    """Sync, act once while the run is under way and so many texts are embedded, and return how the run ended."""
    with shelf.yard.context(shelf.owner) as ctx:
        run_id = sync_collection(ctx, shelf.id).id
    worker = threading.Thread(target=drive, args=(shelf.yard, run_id))
    worker.start()
    deadline = time.monotonic() + 60
    while len(shelf.embedded) < n_embedded and worker.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    act(run_id)
    worker.join()
    return run_of(shelf, run_id)


def run_of(shelf: Shelf, run_id: str) -> Run:
    with shelf.yard.readers() as session:
        return session.get_one(Run, run_id)


def n_in_index(shelf: Shelf) -> int:
    row = shelf.row
    index: Index = family("index").parse(row.index)
    with shelf.yard.readers() as session:
        return index.count(IndexShelf(session, shelf.yard.settings, row.id, row.version))


def assert_whole(shelf: Shelf, n_documents: int) -> None:
    """Nothing is there twice and nothing is missing."""
    row, chunks = shelf.row, shelf.chunks
    assert (row.state, row.n_documents) == ("ready", n_documents), row.error
    assert row.n_words_indexed == row.n_words
    assert row.n_chunks == len(chunks) == n_in_index(shelf)
    places = [(chunk.document_id, chunk.place) for chunk in chunks]
    assert len(set(places)) == len(places)
    assert all(document.n_chunks == sum(d == document.id for d, _ in places) for document in shelf.documents.values())
    assert shelf.n_waiting() == 0


@pytest.mark.postgres
def test_a_killed_child_goes_on_where_it_was(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.01)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1, i * 3 + 2) for i in range(20)})
    run = while_syncing(shelf, lambda _: [child.kill() for child in children()] and None, n_embedded=24)
    assert (run.state, run.attempts) == ("succeeded", 2), run.error
    assert_whole(shelf, 20)
    # What was in work when it was killed (a batch for each thread) may be embedded again; nothing that was kept is.
    assert len(shelf.embedded) - len(shelf.chunks) <= 32
    assert len(set(shelf.embedded)) == len(shelf.chunks)


def test_one_large_document_goes_on_where_it_was(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    """A book in one file is not embedded from its beginning again."""
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.01)
    shelf.write(book=page("Book", *range(60)))
    run = while_syncing(shelf, lambda _: [child.kill() for child in children()] and None, n_embedded=32)
    assert (run.state, run.attempts) == ("succeeded", 2), run.error
    assert_whole(shelf, 1)
    assert len(shelf.embedded) - len(shelf.chunks) <= 32


def test_cancelled_and_synced_again(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.05)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1) for i in range(24)})

    def cancel(run_id: str) -> None:
        with yard.context(owner) as ctx:
            cancel_run(ctx, run_id)

    run = while_syncing(shelf, cancel, n_embedded=17)
    row = shelf.row
    assert (run.state, row.state) == ("cancelled", "ready")
    assert row.error is not None
    assert row.error["hint"] == "Sync again: what is done is not done again."
    with yard.context(owner) as ctx:
        again = retry_run(ctx, run.id)
    assert drive(yard, again.id).state == "succeeded"
    assert_whole(shelf, 24)


def test_a_sync_that_is_asked_for_while_one_runs_follows_it(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.05)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1) for i in range(20)})
    with yard.context(owner) as ctx:
        first = sync_collection(ctx, shelf.id)
        assert sync_collection(ctx, shelf.id).id == first.id  # it waits and will see everything

    def ask_again(run_id: str) -> None:
        shelf.write(late=page("Late", 400))
        with yard.context(owner) as ctx:
            assert sync_collection(ctx, shelf.id).id == run_id
            assert get_collection(ctx, shelf.id).is_sync_due

    assert while_syncing(shelf, ask_again, n_embedded=8).state == "succeeded"
    row = shelf.row
    assert (row.state, row.is_sync_due) == ("syncing", False)
    assert row.run_id not in (None, first.id)
    assert drive(yard, str(row.run_id)).state == "succeeded"
    assert_whole(shelf, 21)


def test_a_run_that_lost_the_collection_writes_nothing(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.05)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1) for i in range(20)})

    def take_away(_run_id: str) -> None:
        with yard.context(owner) as ctx:
            get_collection(ctx, shelf.id).run_id = "rn_other"

    run = while_syncing(shelf, take_away, n_embedded=8)
    assert run.state == "failed"
    assert "another run" in run.error["message"]  # type: ignore[index]
    assert shelf.row.run_id == "rn_other"


def test_a_text_that_cannot_be_embedded_costs_its_document_only(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", fails_on="number 507.")
    shelf.write(**{f"page{i}": page(f"Page {i}", i, i + 20) for i in range(20)})
    result = shelf.synced()
    assert (result["n_new"], result["n_failed"]) == (19, 1)
    failed = shelf.documents["page7.md"]
    assert (failed.state, failed.n_chunks) == ("failed", 0)
    assert failed.error is not None
    assert failed.error["message"] == "The test embedder does not like this text."
    assert [each["key"] for each in shelf.report["failed"]] == ["page7.md"]
    assert len(shelf.embedded) == len(set(shelf.embedded)), "the others of its batch were embedded once"

    shelf.set_embedder(fails_on="")
    assert shelf.synced()["n_new"] == 1
    assert_whole(shelf, 20)
    assert len(shelf.embedded) == len(set(shelf.embedded)), "what waited was not embedded again"


def test_what_was_indexed_answers_while_its_new_text_fails(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(only=page("Only", 1, 2))
    shelf.synced()
    before = shelf.chunks
    shelf.set_embedder(fails_on="number 503.")
    shelf.write(only=page("Only", 1, 3))
    assert shelf.synced()["n_failed"] == 1
    assert [(chunk.id, chunk.text) for chunk in shelf.chunks] == [(chunk.id, chunk.text) for chunk in before]
    document = shelf.documents["only.md"]
    assert document.state == "failed"
    with yard.context(owner, writes=False) as ctx:
        assert paragraph(2) in document_text(ctx, document.id).text


def test_an_embedder_that_is_gone_ends_the_sync_and_keeps_what_is_done(
    yard: Yard, owner: Actor, tmp_path: Path
) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(**{f"page{i}": page(f"Page {i}", i, i + 20) for i in range(5)})
    shelf.synced()
    shelf.set_embedder(fails_on="a", is_passing=True)
    shelf.write(**{f"more{i}": page(f"More {i}", 40 + i, 60 + i) for i in range(24)})
    yard = Yard.open(yard.settings.model_copy(update={"llm_max_attempts": 1, "run_max_attempts": 1}))
    shelf.yard = yard
    run = shelf.sync()
    assert (run.state, shelf.row.state) == ("failed", "failed")
    assert shelf.row.n_documents == 29
    assert {document.state for key, document in shelf.documents.items() if key.startswith("more")} == {"waiting"}
    assert {document.state for key, document in shelf.documents.items() if key.startswith("page")} == {"indexed"}
    shelf.set_embedder(fails_on="")
    shelf.synced()
    assert_whole(shelf, 29)
    yard.close()


def test_vectors_of_another_size_stop_the_sync(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(only=page("Only", 1, 2))
    shelf.synced()
    shelf.set_embedder(size=20)
    shelf.write(more=page("More", 3))
    run = shelf.sync()
    assert run.state == "failed"
    assert run.error is not None
    assert "vectors" in run.error["message"]
    assert "anew" in run.error["hint"]
    assert n_in_index(shelf) == len(shelf.chunks)
    shelf.synced(anew=True)
    assert_whole(shelf, 2)


def test_an_origin_removed_in_mid_sync_stays_removed(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.05)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1) for i in range(20)})

    def remove(_run_id: str) -> None:
        with yard.context(owner) as ctx:
            remove_origin(ctx, shelf.id, list_origins(ctx, shelf.id)[0].id)

    run = while_syncing(shelf, remove, n_embedded=8)
    assert run.state == "succeeded", run.error
    assert (shelf.row.state, shelf.row.n_documents, shelf.chunks, n_in_index(shelf)) == ("empty", 0, [], 0)


def test_deleted_in_mid_sync(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf", pause_seconds=0.05)
    shelf.write(**{f"page{i:02}": page(f"Page {i}", i * 3, i * 3 + 1) for i in range(20)})

    def remove(_run_id: str) -> None:
        with yard.context(owner) as ctx:
            delete_collection(ctx, shelf.id)

    run = while_syncing(shelf, remove, n_embedded=8)
    assert run.state in ("cancelled", "failed")
    with pytest.raises(NotFound), yard.context(owner) as ctx:
        get_collection(ctx, shelf.id)
    assert shelf.chunks == []
    assert shelf.n_waiting() == 0


def test_limits_leave_out_and_say_so(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(**{f"page{i}": page(f"Page {i}", i, i + 20) for i in range(3)})
    other = tmp_path / "other"
    other.mkdir()
    for i in range(3):
        (other / f"else{i}.md").write_text(page(f"Else {i}", i + 40, i + 60))
    with yard.context(owner) as ctx:
        add_origin(ctx, shelf.id, {"kind": "folder", "path": str(other)})
    limited = Yard.open(yard.settings.model_copy(update={"max_documents": 4, "max_chunks": 5}))
    shelf.yard = limited
    result = shelf.synced()
    assert (result["n_new"], result["n_failed"], result["n_left_out"]) == (2, 2, 2)
    with yard.context(owner, writes=False) as ctx:
        reports = [origin.report or {} for origin in list_origins(ctx, shelf.id)]
    assert [each["key"] for each in reports[0]["failed"] + reports[1]["failed"]] == ["page2.md", "else0.md"]
    assert "MODELYARD_MAX_CHUNKS" in reports[0]["failed"][0]["reason"]
    assert [each["key"] for each in reports[1]["left_out"]] == ["else1.md", "else2.md"]
    assert "MODELYARD_MAX_DOCUMENTS" in reports[1]["left_out"][0]["reason"]
    limited.close()


def test_an_origin_that_cannot_be_read_keeps_its_documents(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    shelf = Shelf.make(yard, owner, tmp_path / "shelf")
    shelf.write(only=page("Only", 1))
    other = tmp_path / "other"
    other.mkdir()
    (other / "else.md").write_text(page("Else", 2))
    with yard.context(owner) as ctx:
        add_origin(ctx, shelf.id, {"kind": "folder", "path": str(other)})
    shelf.synced()
    shelf.folder.rename(tmp_path / "away")
    (other / "else.md").write_text(page("Else", 3))
    result = shelf.synced()
    assert (result["n_changed"], result["n_removed"]) == (1, 0)
    row = shelf.row
    assert (row.state, row.n_documents) == ("ready", 2)
    assert row.error is not None
    assert str(shelf.folder) in row.error["message"]
    assert shelf.report["error"]["message"]


def test_nothing_can_be_read(yard: Yard, owner: Actor, tmp_path: Path) -> None:
    with yard.context(owner) as ctx:
        collection = create_collection(ctx, "Nothing")
        folder = tmp_path / "none"
        with pytest.raises(Invalid, match="There is no folder") as refused:
            add_origin(ctx, collection.id, {"kind": "folder", "path": str(folder)})
        assert refused.value.fields[0].path == ("folder", "path")
        folder.mkdir()
        add_origin(ctx, collection.id, {"kind": "folder", "path": str(folder)})
        folder.rmdir()
        run_id = sync_collection(ctx, collection.id).id
    run = drive(yard, run_id)
    assert run.state == "failed"
    assert "none" in run.error["message"]  # type: ignore[index]
