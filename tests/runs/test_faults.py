"""Faults from outside: the database goes away in mid-run, or for good; the event stream survives a dropped line."""

import threading
import time
from pathlib import Path

import pytest

from modelyard.access.verbs import ensure_local_owner
from modelyard.kernel.context import ANONYMOUS
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.runs import verbs
from modelyard.runs.drive import WorkerLoop
from modelyard.runs.tables import Run
from tests.postgres import PostgresForTests


def test_postgres_stopped_and_started_in_mid_run_costs_nothing(
    tmp_path: Path, postgres: PostgresForTests, postgres_url: str
) -> None:
    yard = Yard.open(Settings(data=tmp_path, database_url=postgres_url))
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    diary = tmp_path / "diary"
    with yard.context(owner) as ctx:
        document = {"kind": "test_count", "to": 12, "pause_seconds": 0.4, "diary": str(diary)}
        run_id = verbs.submit_document(ctx, document).id

    loop = WorkerLoop(yard)
    working = threading.Thread(target=loop.work)
    working.start()
    try:
        while not (diary.exists() and _fraction(yard, run_id) > 0.1):
            time.sleep(0.05)
        postgres.stop()
        time.sleep(1.5)
        postgres.start()
        while not (run := _row(yard, run_id)).is_final:
            time.sleep(0.1)
    finally:
        loop.stop()
        working.join()
        yard.close()
    assert run.state == "succeeded", run.error
    assert diary.read_text().splitlines() == ["attempt", "published"]
    assert [step["state"] for step in run.steps] == ["succeeded"] * 12


def _row(yard: Yard, run_id: str) -> Run:
    with yard.readers() as session:
        return session.get_one(Run, run_id)


def _fraction(yard: Yard, run_id: str) -> float:
    return _row(yard, run_id).progress_fraction


@pytest.mark.postgres
def test_a_worker_outlives_a_run_that_cannot_be_parsed(yard: Yard, settings: Settings) -> None:
    """A run written by a newer version must not end the worker of an older one."""
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    with yard.context(owner) as ctx:
        strange = verbs.submit_document(ctx, {"kind": "test_count"})
        strange.spec = {"kind": "from_the_future"}
        good = verbs.submit_document(ctx, {"kind": "test_count", "to": 1}).id
    loop = WorkerLoop(yard)
    working = threading.Thread(target=loop.work)
    working.start()
    deadline = time.monotonic() + 60
    try:
        while not (_row(yard, good).is_final and _row(yard, strange.id).is_final):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        loop.stop()
        working.join()
    failed = _row(yard, strange.id)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "from_the_future" in failed.error["message"]
