"""What goes wrong while a batch runs: killed, cancelled, deleted, full."""

import json
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from sqlalchemy import func, select

from modelyard.kernel.errors import Conflict, ModelyardError, StorageFull
from modelyard.models.deletion import delete_model
from modelyard.models.tables import Model
from modelyard.models.versions import promote
from modelyard.predictions.batches.keeping import remove_old_batches
from modelyard.predictions.batches.tables import Batch, BatchPart
from modelyard.predictions.batches.verbs import delete_batch, map_batch, resume_batch, start_batch
from modelyard.runs.drive import drive
from modelyard.runs.tables import RunEvent
from modelyard.runs.verbs import cancel_run
from tests.predictions.batches.yard import Batches, text_model

if TYPE_CHECKING:
    import polars as pl

    from modelyard.predictions.batches.writing import ResultsWriter

N_ROWS = 110_000


def many(n_rows: int = N_ROWS) -> str:
    words = ("great phone", "bad screen", "love it", "awful quality")
    return "review\n" + "".join(f"{words[i % 4]} {i}\n" for i in range(n_rows))


def n_parts(batches: Batches, batch: Batch) -> int:
    with batches.yard.readers() as session:
        return session.scalar(select(func.count()).where(BatchPart.batch_id == batch.id)) or 0


def when_a_part_is_kept(batches: Batches, batch: Batch, act: Callable[[], None]) -> None:
    """Drive the batch's run, and act once while it is under way and something of it is kept."""
    assert batch.run_id
    batches.driver = drive  # in a process of its own, here and when it is resumed
    worker = threading.Thread(target=drive, args=(batches.yard, batch.run_id))
    worker.start()
    deadline = time.monotonic() + 120
    while n_parts(batches, batch) == 0 and worker.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    act()
    worker.join()


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "modelyard.runs.child" in " ".join(child.cmdline())]


def logged(batches: Batches, batch: Batch) -> str:
    with batches.yard.readers() as session:
        events = session.scalars(select(RunEvent).where(RunEvent.run_id == batch.run_id, RunEvent.kind == "log"))
        return "\n".join(event.data["message"] for event in events)


def started(batches: Batches, model: Model, content: str) -> Batch:
    batch = batches.checked(model, content)
    assert batch.state == "ready", batch.error
    found: Batch = batches.verb(start_batch, batch)
    return found


def assert_whole(batches: Batches, batch: Batch, n_rows: int = N_ROWS) -> None:
    assert (batch.state, batch.n_rows, batch.n_done) == ("succeeded", n_rows, n_rows), batch.error
    assert sum((batch.counts or {}).values()) == n_rows
    total, rows = batches.page(batch, offset=n_rows - 3)
    assert total == n_rows
    assert [row.row for row in rows] == [n_rows - 2, n_rows - 1, n_rows]
    assert [row.inputs["review"].split()[-1] for row in rows] == [str(n_rows - 3 + i) for i in range(3)]


def test_a_killed_run_goes_on_behind_what_is_done(batches: Batches, reviews: Model) -> None:
    batch = started(batches, reviews, many())
    when_a_part_is_kept(batches, batch, lambda: [child.kill() for child in children()] and None)
    batch = batches.done(batch)
    assert "rows are done already" in logged(batches, batch)
    assert "killed by signal 9" in logged(batches, batch)
    assert_whole(batches, batch)
    assert n_parts(batches, batch) == 0


def test_a_cancelled_batch_keeps_what_is_done_and_is_resumed(batches: Batches, reviews: Model) -> None:
    batch = started(batches, reviews, many())

    def cancel() -> None:
        with batches.yard.context(batches.owner) as ctx:
            cancel_run(ctx, batch.run_id or "")

    when_a_part_is_kept(batches, batch, cancel)
    cancelled = batches.now(batch)
    assert cancelled.state == "cancelled"
    assert 0 < cancelled.n_done < N_ROWS
    assert "Resume" in (cancelled.error or {})["hint"]
    resumed = batches.done(batches.verb(resume_batch, batch))
    assert "rows are done already" in logged(batches, resumed)
    assert_whole(batches, resumed)


def test_a_full_disk_is_said_and_the_batch_resumed(batches: Batches, reviews: Model) -> None:
    batch = started(batches, reviews, many())

    def leave_no_space() -> None:
        for child in children():
            child.rlimit(psutil.RLIMIT_FSIZE, (100_000, 100_000))

    when_a_part_is_kept(batches, batch, leave_no_space)
    failed = batches.now(batch)
    assert failed.state == "failed"
    assert 0 < failed.n_done < N_ROWS
    assert failed.error is not None
    assert "disk" in failed.error["message"].lower(), failed.error
    assert failed.error["hint"]
    assert_whole(batches, batches.done(batches.verb(resume_batch, failed)))


def test_a_version_that_was_deleted_meanwhile_is_said(batches: Batches, reviews: Model) -> None:
    batch = batches.checked(reviews, many(10))
    with batches.yard.context(batches.owner) as ctx:
        delete_model(ctx, reviews.id, all_versions=True)
    with pytest.raises(Conflict, match=r"endpoint .* was deleted") as said:
        batches.verb(start_batch, batch)
    assert "another endpoint" in (said.value.hint or "")


def test_results_outlive_the_model(batches: Batches, reviews: Model) -> None:
    batch = batches.predicted(reviews, many(10))
    with batches.yard.context(batches.owner) as ctx:
        delete_model(ctx, reviews.id, all_versions=True)
    assert len(batches.rows(batch)) == 10


def test_another_version_served_meanwhile_is_used_from_the_start_on(batches: Batches) -> None:
    first = text_model(batches.yard, batches.owner, node_id="train")
    batch = batches.checked(first, many(10))
    second = text_model(batches.yard, batches.owner, node_id="train")
    with batches.yard.context(batches.owner) as ctx:
        promote(ctx, second.id)
    batch = batches.done(batches.verb(start_batch, batch))
    assert (batch.state, batch.version, batch.model_id) == ("succeeded", 2, second.id), batch.error


def test_a_queued_batch_keeps_the_version_it_was_started_with(batches: Batches) -> None:
    first = text_model(batches.yard, batches.owner, node_id="train")
    batch = started(batches, first, many(10))
    second = text_model(batches.yard, batches.owner, node_id="train")
    with batches.yard.context(batches.owner) as ctx:
        promote(ctx, second.id)
    assert batches.done(batch).version == 1


def test_a_run_under_way_forbids_changes_and_ends_with_the_batch(batches: Batches, reviews: Model) -> None:
    batch = started(batches, reviews, many(10))
    for verb, values in ((start_batch, ()), (map_batch, ({"review": "review"},)), (resume_batch, ())):
        with pytest.raises(Conflict):
            batches.verb(verb, batch, *values)
    batches.verb(delete_batch, batch)
    assert batches.drive(batch).state == "cancelled"
    with pytest.raises(ModelyardError):
        batches.now(batch)


def test_old_batches_go_and_live_ones_stay(batches: Batches, reviews: Model) -> None:
    old, live = batches.predicted(reviews, many(10)), batches.given(reviews, many(11))
    with batches.yard.context(batches.owner) as ctx:
        for batch in (old, live):
            row = ctx.session.get(Batch, batch.id)
            assert row is not None
            row.created_at = ctx.clock() - ctx.settings.batches_kept * 2
    remove_old_batches(batches.yard)
    with batches.yard.readers() as session:
        assert list(session.scalars(select(Batch.id))) == [live.id]
    assert not batches.yard.artifacts.exists(old.results_hash or "")


def test_the_spec_of_a_run_freezes_what_it_depends_on(batches: Batches, reviews: Model) -> None:
    batch = started(batches, reviews, many(10))
    run = batches.drive(batch)
    assert run.spec["model"] == reviews.id
    assert run.spec["model_hash"] == reviews.artifact_hash
    assert json.dumps(run.spec)
    assert Path(batches.yard.settings.scratch / "copies").exists() is False


def test_a_disk_that_is_full_while_results_are_written_is_told(tmp_path: Path) -> None:
    with results_writer(tmp_path) as writer:
        writer._cursor.execute("PRAGMA max_page_count = 40")  # SQLite then speaks as on a full disk
        with pytest.raises(StorageFull):
            writer.add(some_rows(20_000))


@pytest.mark.parametrize("n_rows", [50_000, 500], ids=["while rows are added", "while the last ones are written"])
def test_a_quota_that_is_used_up_while_results_are_written_is_told(tmp_path: Path, n_rows: int) -> None:
    def write_all() -> None:
        writer.add(some_rows(n_rows))
        writer.finish()

    with results_writer(tmp_path) as writer, files_of_at_most(60_000), pytest.raises(StorageFull):
        write_all()


def test_another_fault_of_the_file_of_results_is_no_full_disk(tmp_path: Path) -> None:
    with results_writer(tmp_path) as writer:
        writer.add(some_rows(10))
        with pytest.raises(Exception, match="UNIQUE constraint") as told:
            writer.add(some_rows(10))
    assert not isinstance(told.value, StorageFull)


def results_writer(folder: Path) -> "ResultsWriter":
    from modelyard.models.signature import Signature, SignatureOutput
    from modelyard.predictions.batches.writing import ResultsWriter

    signature = Signature(inputs=(), output=SignatureOutput(name="y", classes=None))
    return ResultsWriter(folder / "r.sqlite", signature, batch="bt", file_columns=[])


def some_rows(n_rows: int) -> "pl.DataFrame":
    import polars as pl

    texts = pl.Series(["x" * 50] * n_rows)
    nothing = {
        name: pl.Series([None] * n_rows, dtype=pl.String) for name in ("class", "label", "errors", "file_values")
    }
    return pl.DataFrame(
        {
            "row": range(n_rows), "inputs": texts, "folded": texts, "number": [0.5] * n_rows,
            "confidence": pl.Series([None] * n_rows, dtype=pl.Float64),
            "is_sure": pl.Series([None] * n_rows, dtype=pl.Boolean),
            "probabilities": pl.Series([None] * n_rows, dtype=pl.Binary), **nothing,
        }
    )  # fmt: skip


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
