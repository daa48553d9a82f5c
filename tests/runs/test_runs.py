"""Runs: claimed once, executed in a child, cancelled in native code, retried when killed, published once."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.runs import verbs
from modelyard.runs.drive import WorkerLoop, drive
from modelyard.runs.leases import LeaseLost, claim, fenced, renew
from modelyard.runs.schemas import RunOut
from modelyard.runs.supervisor import Supervisor
from modelyard.runs.tables import Run, Worker

pytestmark = pytest.mark.postgres

Submit = Callable[..., str]


@pytest.fixture
def submit(yard: Yard, owner: Actor) -> Submit:
    def submit(kind: str, **fields: object) -> str:
        with yard.context(owner) as ctx:
            return verbs.submit_document(ctx, {"kind": kind, **fields}).id

    return submit


def look(yard: Yard, run_id: str) -> Run:
    with yard.readers() as session:
        run = session.get(Run, run_id)
    assert run is not None
    return run


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until the condition holds; the limit only ends a test that hangs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def pid_of(yard: Yard, run_id: str) -> int:
    wait_for(lambda: look(yard, run_id).message.startswith("pid "))
    return int(look(yard, run_id).message.removeprefix("pid "))


@pytest.mark.usefixtures("fresh_processes")
def test_a_run_succeeds_and_tells_every_step(yard: Yard, owner: Actor, submit: Submit) -> None:
    run_id = submit("test_count", to=3)
    told: list[tuple[str, object]] = []
    run = drive(yard, run_id, lambda kind, data: told.append((kind, data.get("state") or data.get("message"))))

    assert run.state == "succeeded"
    assert run.result == {"counted": 3, "published_as": owner.id}
    assert [step["state"] for step in run.steps] == ["succeeded"] * 3
    assert run.progress_fraction == 1.0
    assert run.cost is not None
    assert run.cost["peak_memory_bytes"] > 10_000_000
    assert told[0] == ("state", "queued")
    assert told[-1] == ("state", "succeeded")
    assert ("log", "counted") in told


def test_events_have_no_gaps_and_can_be_read_from_any_point(yard: Yard, owner: Actor, submit: Submit) -> None:
    run_id = submit("test_count", to=2)
    drive(yard, run_id)
    with yard.context(owner) as ctx:
        everything = verbs.events_after(ctx, run_id, 0)
        assert [event.sequence for event in everything] == list(range(1, len(everything) + 1))
        assert [e.sequence for e in verbs.events_after(ctx, run_id, 4)] == [e.sequence for e in everything[4:]]


def test_eight_workers_claim_each_run_once(yard: Yard, submit: Submit) -> None:
    ids = {submit("test_count", to=0) for _ in range(12)}

    def take(worker: str) -> list[str]:
        taken = []
        while lease := claim(yard, worker):
            taken.append(lease.run_id)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [run_id for got in pool.map(take, [f"w{i}" for i in range(8)]) for run_id in got]
    assert len(taken) == len(set(taken)) == 12
    assert set(taken) == ids


def test_the_highest_priority_is_claimed_first(yard: Yard, owner: Actor, submit: Submit) -> None:
    from modelyard.kernel.kinds import family

    submit("test_count")
    with yard.context(owner) as ctx:
        urgent = verbs.submit(ctx, family("job").parse({"kind": "test_count"}), priority=5).id
    lease = claim(yard, "w")
    assert lease is not None
    assert lease.run_id == urgent


def test_a_small_worker_leaves_alone_what_needs_more(yard: Yard, owner: Actor, submit: Submit) -> None:
    big, small = submit("test_big"), submit("test_count", to=1)
    little = replace(yard, settings=yard.settings.model_copy(update={"run_memory_bytes": 256 * 2**20}))
    lease = claim(little, "w1")
    assert lease is not None
    assert lease.run_id == small, "the older one needs a gigabyte"
    assert claim(little, "w1") is None
    lease = claim(yard, "w2")
    assert lease is not None
    assert lease.run_id == big


def test_what_no_living_worker_could_execute_is_refused_with_what_to_do(
    yard: Yard, owner: Actor, submit: Submit
) -> None:
    submit("test_big")  # without any worker it waits for one
    with yard.sessions.begin() as session:
        now = yard.clock()
        session.add(Worker(id="small", started_at=now, seen_at=now, run_memory_bytes=256 * 2**20))
    with pytest.raises(verbs.NoWorkerFits, match="1024 MB") as refused:
        submit("test_big")
    assert "modelyard worker" in str(refused.value.hint)
    submit("test_count", to=1)
    with yard.sessions.begin() as session:
        session.add(Worker(id="large", started_at=now, seen_at=now, run_memory_bytes=2048 * 2**20))
    submit("test_big")


@pytest.mark.parametrize("ignore_term", [False, True])
def test_cancel_ends_native_code_within_two_seconds(
    yard: Yard, owner: Actor, submit: Submit, ignore_term: bool
) -> None:
    run_id = submit("test_native", ignore_term=ignore_term)
    driving = threading.Thread(target=drive, args=(yard, run_id))
    driving.start()
    pid = pid_of(yard, run_id)
    with yard.context(owner) as ctx:
        verbs.cancel_run(ctx, run_id)
    driving.join()
    run = look(yard, run_id)
    assert run.state == "cancelled"
    assert run.error is None
    assert not psutil.pid_exists(pid)
    assert run.finished_at is not None
    assert run.cancel_requested_at is not None
    # The promise is two seconds; a loaded machine may be late in looking, never by a whole fit.
    assert run.finished_at - run.cancel_requested_at < timedelta(seconds=20)


def test_a_queued_run_is_cancelled_at_once(yard: Yard, owner: Actor, submit: Submit, tmp_path: Path) -> None:
    run_id = submit("test_count", diary=str(tmp_path / "diary"))
    with yard.context(owner) as ctx:
        assert verbs.cancel_run(ctx, run_id).state == "cancelled"
    assert (tmp_path / "diary").read_text() == "failed cancelled\n"
    assert claim(yard, "w") is None
    with yard.context(owner) as ctx, pytest.raises(Conflict):
        verbs.cancel_run(ctx, run_id)


def test_a_killed_child_is_tried_again_and_published_once(yard: Yard, submit: Submit, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    run = drive(yard, submit("test_count", to=1, diary=str(diary), die_in_attempts=2))
    assert run.state == "succeeded"
    assert run.attempts == 3
    assert diary.read_text().splitlines() == ["attempt"] * 3 + ["published"]


def test_a_child_that_always_dies_fails_with_the_reason(yard: Yard, submit: Submit) -> None:
    run = drive(yard, submit("test_count", to=1, die_in_attempts=99))
    assert run.state == "failed"
    assert run.attempts == run.max_attempts == 3
    assert run.error is not None
    assert "signal 9" in run.error["message"]
    assert "Counting 0" in run.error["message"]


@pytest.mark.parametrize(
    ("how", "message", "attempts"),
    [
        ("domain", "The beans are too few.", 1),
        ("fault", "ZeroDivisionError", 1),
        ("exit", "code 3", 3),
        ("publish", "Nothing to publish.", 1),
    ],
)
def test_a_failing_job_says_why(yard: Yard, submit: Submit, how: str, message: str, attempts: int) -> None:
    run = drive(yard, submit("test_fails", how=how))
    assert run.state == "failed"
    assert run.error is not None
    assert message in run.error["message"]
    assert run.error["hint"] or how == "publish"
    assert run.attempts == attempts


def test_what_a_dying_child_printed_is_in_the_log(yard: Yard, owner: Actor, submit: Submit) -> None:
    run_id = submit("test_fails", how="exit")
    drive(yard, run_id)
    with yard.context(owner) as ctx:
        logged = [event.data["message"] for event in verbs.events_after(ctx, run_id, 0) if event.kind == "log"]
    assert any("last words" in line for line in logged)


@pytest.mark.usefixtures("fresh_processes")
def test_too_much_memory_ends_the_run_with_the_cap(yard: Yard, submit: Submit) -> None:
    from dataclasses import replace

    from pydantic import ByteSize

    small = replace(yard, settings=yard.settings.model_copy(update={"run_memory_bytes": ByteSize(200 * 1024**2)}))
    run = drive(small, submit("test_hungry"))
    assert run.state == "failed"
    assert run.error is not None
    assert "200.0MiB" in run.error["message"]


def test_a_step_that_takes_too_long_ends_the_run(yard: Yard, submit: Submit) -> None:
    from dataclasses import replace

    hasty = replace(yard, settings=yard.settings.model_copy(update={"run_step_timeout": timedelta(seconds=2)}))
    run = drive(hasty, submit("test_native"))
    assert run.state == "failed"
    assert run.error is not None
    assert "longer than 0:00:02" in run.error["message"]


def test_an_expired_lease_is_taken_over_and_the_old_holder_is_fenced(yard: Yard, submit: Submit) -> None:
    run_id = submit("test_count", to=1)
    old = claim(yard, "old")
    assert old is not None
    assert claim(yard, "new") is None
    now = yard.clock()
    later = yard.at(lambda: now + timedelta(minutes=5))
    new = claim(later, "new")
    assert new is not None
    assert (new.run_id, new.attempt) == (run_id, 2)
    with pytest.raises(LeaseLost):
        renew(yard, old)
    with pytest.raises(LeaseLost), fenced(yard, old):
        pass
    assert Supervisor(yard, old).execute() == "lost"
    assert Supervisor(later, new).execute() == "published"


def test_a_run_is_lost_while_its_worker_is_silent_for_too_long(yard: Yard, submit: Submit) -> None:
    run_id = submit("test_count", to=1)
    now = yard.clock()
    assert claim(yard.at(lambda: now - timedelta(minutes=5)), "silent") is not None
    assert RunOut.of(look(yard, run_id)).is_lost
    assert claim(yard, "new") is not None
    told = RunOut.of(look(yard, run_id))
    assert (told.is_lost, told.attempts) == (False, 2)


def test_a_run_whose_worker_always_dies_fails_in_the_end(yard: Yard, submit: Submit) -> None:
    run_id = submit("test_count")
    now, minutes = yard.clock(), 0
    while True:
        minutes += 5
        later = yard.at(lambda passed=timedelta(minutes=minutes): now + passed)  # type: ignore[misc]
        lease = claim(later, f"dies-{minutes}")
        assert lease is not None
        if lease.attempt > 3:
            assert Supervisor(later, lease).execute() == "failed"
            break
    run = look(yard, run_id)
    assert run.error is not None
    assert "worker died 3 times" in run.error["message"]


def test_a_stopping_worker_gives_its_run_back_uncounted(yard: Yard, submit: Submit) -> None:
    run_id = submit("test_native")
    loop = WorkerLoop(yard)
    working = threading.Thread(target=loop.work)
    working.start()
    pid = pid_of(yard, run_id)
    loop.stop()
    working.join()
    run = look(yard, run_id)
    assert (run.state, run.attempts, run.worker) == ("queued", 0, None)
    assert not psutil.pid_exists(pid)


def test_scratch_is_empty_afterwards(yard: Yard, submit: Submit) -> None:
    drive(yard, submit("test_count"))
    drive(yard, submit("test_fails", how="exit"))
    assert list(yard.settings.scratch.iterdir()) == []


def test_a_retry_is_a_new_run_beside_the_old(yard: Yard, owner: Actor, submit: Submit) -> None:
    failed = submit("test_fails")
    drive(yard, failed)
    with yard.context(owner) as ctx:
        again = verbs.retry_run(ctx, failed)
        assert again.retry_of == failed
        assert again.spec == look(yard, failed).spec
    good = submit("test_count", to=0)
    drive(yard, good)
    with yard.context(owner) as ctx, pytest.raises(Conflict):
        verbs.retry_run(ctx, good)


def test_strangers_see_no_runs(yard: Yard, submit: Submit) -> None:
    run_id = submit("test_count")
    stranger = Actor(id="us_stranger", name="stranger", scopes=frozenset({"runs:read", "runs:write"}))
    with yard.context(stranger) as ctx:
        assert verbs.list_runs(ctx) == []
        for verb in (verbs.get_run, verbs.cancel_run, verbs.retry_run):
            with pytest.raises(NotFound):
                verb(ctx, run_id)
    reader = Actor(id="us_reader", name="reader", scopes=frozenset({"runs:read"}))
    with yard.context(reader) as ctx, pytest.raises(Forbidden):
        verbs.cancel_run(ctx, run_id)


def test_unknown_and_wrong_jobs_are_refused_with_the_field(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        with pytest.raises(Invalid, match="no job kind 'dance'"):
            verbs.submit_document(ctx, {"kind": "dance"})
        with pytest.raises(Invalid) as caught:
            verbs.submit_document(ctx, {"kind": "test_count", "to": -1})
        assert caught.value.fields[0].path == ("to",)
        assert verbs.list_runs(ctx) == []


def test_a_worker_killed_hard_takes_its_child_with_it(yard: Yard, submit: Submit) -> None:
    import signal
    import subprocess
    import sys

    environment = {**os.environ, "MODELYARD_DATA": str(yard.settings.data), "DATABASE_URL": yard.settings.database_url}
    command = [sys.executable, "-m", "modelyard.doors.cli.main", "worker"]
    run_id = submit("test_native")
    worker = subprocess.Popen(command, env=environment)
    try:
        pid = pid_of(yard, run_id)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    finally:
        worker.kill()
        worker.wait()
    now = yard.clock()
    lease = claim(yard.at(lambda: now + timedelta(minutes=1)), "successor")
    assert lease is not None
    assert lease.attempt == 2
