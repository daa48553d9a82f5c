"""Schedules: due once however many workers look, missed times made up for once, never two runs at a time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Forbidden, Invalid, NotFound
from modelyard.kernel.yard import Yard
from modelyard.runs.tables import Run
from modelyard.runs.verbs import cancel_run
from modelyard.workflows import verbs
from modelyard.workflows.schedules import get_schedule, list_starts, remove_schedule, set_schedule
from modelyard.workflows.scheduling import MAX_FAILED_STARTS, STARTS_KEPT, start_due
from modelyard.workflows.tables import Schedule, ScheduledStart
from tests.workflows.graphs import chain, node
from tests.workflows.local import add_dataset
from tests.workflows.tables import mixed_frame

MONDAY = datetime(2026, 3, 2, 5, 59, tzinfo=UTC)


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def timed(yard: Yard, time: Time) -> Yard:
    return yard.at(time)


@pytest.fixture
def workflow_id(timed: Yard, owner: Actor) -> str:
    with timed.context(owner) as ctx:
        dataset_id = add_dataset(ctx, mixed_frame(), target="label").id
        graph = chain(node("data", "dataset", dataset=dataset_id), node("split", "split"))
        return verbs.create_workflow(ctx, "Daily", graph=graph).id


def schedule(timed: Yard, owner: Actor, workflow_id: str, cron: str = "0 6 * * *", **stated: object) -> None:
    with timed.context(owner) as ctx:
        set_schedule(ctx, workflow_id, cron=cron, **stated)  # type: ignore[arg-type]


def outcomes(timed: Yard, owner: Actor, workflow_id: str) -> list[str]:
    with timed.context(owner, writes=False) as ctx:
        return [start.row.outcome for start in list_starts(ctx, workflow_id, limit=200)]


def n_runs(timed: Yard) -> int:
    with timed.readers() as session:
        return session.scalar(select(func.count()).select_from(Run).where(Run.kind == "workflow")) or 0


def end_runs(timed: Yard, owner: Actor) -> None:
    with timed.context(owner) as ctx:
        for run in ctx.session.scalars(select(Run).where(Run.state == "queued")):
            cancel_run(ctx, run.id)


def test_nothing_starts_before_its_time_and_one_run_when_it_comes(
    timed: Yard, owner: Actor, workflow_id: str, time: Time
) -> None:
    schedule(timed, owner, workflow_id)
    start_due(timed)
    assert n_runs(timed) == 0
    time.pass_(minutes=2)
    start_due(timed)
    start_due(timed)
    with timed.context(owner, writes=False) as ctx:
        (start,) = list_starts(ctx, workflow_id)
        row = get_schedule(ctx, workflow_id)
    assert row is not None
    assert row.next_at == MONDAY + timedelta(days=1, minutes=1)
    assert start.row.outcome == "started"
    assert start.row.due_at == MONDAY + timedelta(minutes=1)
    assert start.run is not None
    assert start.run.spec["version"] == 1
    assert start.run.owner_id == owner.id


@pytest.mark.postgres
def test_of_many_workers_one_starts_the_run(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id, "* * * * *")
    for _ in range(3):
        time.pass_(minutes=1)
        gate = threading.Barrier(6)

        def look(gate: threading.Barrier = gate) -> None:
            gate.wait()
            start_due(timed)

        workers = [threading.Thread(target=look) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        end_runs(timed, owner)
    assert n_runs(timed) == 3
    assert outcomes(timed, owner, workflow_id) == ["started"] * 3


def test_missed_times_are_made_up_for_once(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id)
    time.pass_(days=4)
    start_due(timed)
    with timed.context(owner, writes=False) as ctx:
        (start,) = list_starts(ctx, workflow_id)
    assert n_runs(timed) == 1
    assert start.row.n_missed == 3
    assert start.row.due_at == MONDAY + timedelta(days=3, minutes=1)


def test_while_the_last_run_is_not_done_the_next_is_skipped(
    timed: Yard, owner: Actor, workflow_id: str, time: Time
) -> None:
    schedule(timed, owner, workflow_id, "*/10 * * * *")
    for _ in range(2):
        time.pass_(minutes=10)
        start_due(timed)
    end_runs(timed, owner)
    time.pass_(minutes=10)
    start_due(timed)
    with timed.context(owner, writes=False) as ctx:
        starts = list_starts(ctx, workflow_id)
    assert [start.row.outcome for start in starts] == ["started", "skipped", "started"]
    assert starts[1].row.message == "The run started before is still queued."
    assert starts[1].run is None
    assert n_runs(timed) == 2


def test_a_paused_schedule_starts_nothing_and_makes_up_for_nothing(
    timed: Yard, owner: Actor, workflow_id: str, time: Time
) -> None:
    schedule(timed, owner, workflow_id)
    schedule(timed, owner, workflow_id, is_paused=True)
    time.pass_(days=3)
    start_due(timed)
    assert n_runs(timed) == 0
    schedule(timed, owner, workflow_id)
    start_due(timed)
    assert n_runs(timed) == 0
    with timed.context(owner, writes=False) as ctx:
        row = get_schedule(ctx, workflow_id)
        assert row is not None
        assert row.next_at == time.now + timedelta(minutes=1)


def test_saving_the_same_schedule_keeps_what_is_due(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id)
    time.pass_(minutes=5)
    schedule(timed, owner, workflow_id)
    start_due(timed)
    assert n_runs(timed) == 1


def test_a_start_that_cannot_run_says_why_and_the_schedule_pauses_in_the_end(
    timed: Yard, owner: Actor, time: Time
) -> None:
    with timed.context(owner) as ctx:
        workflow_id = verbs.create_workflow(ctx, "Empty").id
    schedule(timed, owner, workflow_id, "* * * * *")
    for _ in range(MAX_FAILED_STARTS + 3):
        time.pass_(minutes=1)
        start_due(timed)
    assert outcomes(timed, owner, workflow_id) == ["failed"] * MAX_FAILED_STARTS
    assert n_runs(timed) == 0
    with timed.context(owner, writes=False) as ctx:
        row = get_schedule(ctx, workflow_id)
        assert row is not None
        assert row.is_paused
        assert "The workflow is empty" in (row.pause_reason or "")
    schedule(timed, owner, workflow_id, "* * * * *")
    time.pass_(minutes=1)
    start_due(timed)
    with timed.context(owner, writes=False) as ctx:
        row = get_schedule(ctx, workflow_id)
        assert row is not None
        assert not row.is_paused
        assert row.pause_reason is None


def test_a_fault_of_one_schedule_does_not_hold_up_the_others(
    timed: Yard, owner: Actor, workflow_id: str, time: Time
) -> None:
    with timed.context(owner) as ctx:
        broken = verbs.create_workflow(ctx, "Broken")
        set_schedule(ctx, broken.id, cron="0 6 * * *")
        broken.graph = {"nodes": 3}  # what no save could have written
    schedule(timed, owner, workflow_id)
    time.pass_(minutes=2)
    start_due(timed)
    assert outcomes(timed, owner, workflow_id) == ["started"]


def test_a_zone_that_is_gone_pauses_and_says_so(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id)
    with timed.sessions.begin() as session:
        row = session.get(Schedule, workflow_id)
        assert row is not None
        row.timezone = "Mars/Olympus"
    time.pass_(minutes=2)
    start_due(timed)
    with timed.context(owner, writes=False) as ctx:
        found = get_schedule(ctx, workflow_id)
        assert found is not None
        assert found.is_paused
        assert "no time zone 'Mars/Olympus'" in (found.pause_reason or "")


def test_old_starts_are_forgotten(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id, "* * * * *")
    with timed.sessions.begin() as session:
        for minutes in range(STARTS_KEPT + 20):
            due_at = MONDAY - timedelta(minutes=minutes)
            session.add(ScheduledStart(workflow_id=workflow_id, due_at=due_at, outcome="started", at=due_at))
    time.pass_(minutes=1)
    start_due(timed)
    assert len(outcomes(timed, owner, workflow_id)) == STARTS_KEPT


def test_removing_the_schedule_or_the_workflow_ends_it(timed: Yard, owner: Actor, workflow_id: str, time: Time) -> None:
    schedule(timed, owner, workflow_id)
    time.pass_(minutes=2)
    start_due(timed)
    with timed.context(owner) as ctx:
        remove_schedule(ctx, workflow_id)
        assert get_schedule(ctx, workflow_id) is None
        remove_schedule(ctx, workflow_id)
    schedule(timed, owner, workflow_id)
    with timed.context(owner) as ctx:
        verbs.delete_workflow(ctx, workflow_id)
    time.pass_(days=2)
    start_due(timed)
    assert n_runs(timed) == 1


def test_a_stranger_and_a_key_without_runs_cannot_schedule(timed: Yard, owner: Actor, workflow_id: str) -> None:
    stranger = Actor(id="us_stranger", name="stranger", scopes=owner.scopes)
    with pytest.raises(NotFound), timed.context(stranger) as ctx:
        set_schedule(ctx, workflow_id, cron="* * * * *")
    with pytest.raises(NotFound), timed.context(stranger) as ctx:
        list_starts(ctx, workflow_id)
    weak = Actor(id=owner.id, name="key", scopes=frozenset({"workflows:read", "workflows:write"}))
    with pytest.raises(Forbidden), timed.context(weak) as ctx:
        set_schedule(ctx, workflow_id, cron="* * * * *")
    with pytest.raises(Invalid), timed.context(owner) as ctx:
        set_schedule(ctx, workflow_id, cron="* * * *")
