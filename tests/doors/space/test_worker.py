"""What the page of a worker tells: whether the yard is reached, how its runs go, and nothing that is in them."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from modelyard.doors.space.sight import look, trouble_with
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import Actor
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard
from modelyard.runs.keeper import Death, WorkerKeeper
from modelyard.runs.tables import Run, Worker

SECRET = "salaries of the board"


@pytest.fixture
def keeper(yard: Yard) -> WorkerKeeper:
    return WorkerKeeper(yard.settings, threading.Event())


def add_runs(yard: Yard, owner: Actor) -> None:
    now = utc_now()
    with yard.sessions.begin() as session:
        for number, state in enumerate(("succeeded", "failed", "running", "queued", "queued")):
            session.add(
                Run(
                    id=new_id("rn"),
                    owner_id=owner.id,
                    kind="workflow",
                    title=SECRET,
                    spec={"kind": "workflow"},
                    state=state,
                    attempts=1,
                    max_attempts=3,
                    worker=f"{SECRET}:1" if state == "running" else None,
                    error={"message": SECRET} if state == "failed" else None,
                    cost={"peak_memory_bytes": 2**20} if state == "succeeded" else None,
                    created_at=now + timedelta(seconds=number),
                    started_at=now if state != "queued" else None,
                    finished_at=now + timedelta(seconds=90) if state in ("succeeded", "failed") else None,
                )
            )
            session.flush()
        session.add(Worker(id="one", started_at=now, seen_at=now, run_memory_bytes=1))
        session.add(Worker(id="gone", started_at=now, seen_at=now - timedelta(minutes=5), run_memory_bytes=1))


@pytest.mark.postgres
def test_runs_are_counted_and_nothing_in_them_is_told(yard: Yard, owner: Actor, keeper: WorkerKeeper) -> None:
    add_runs(yard, owner)
    sight = look(yard, keeper)
    assert (sight.yard, sight.worker, sight.last_error) == ("Reached.", "Is being started.", "")
    assert sight.runs == "2 waiting, 1 running; 1 worker seen in the last half minute."
    assert {line.state for line in sight.latest} == {"queued", "running", "succeeded", "failed"}
    assert SECRET not in str(sight)


def test_a_worker_that_died_is_told_of(yard: Yard, keeper: WorkerKeeper) -> None:
    keeper.n_deaths, keeper.last_death = 2, Death(utc_now(), -9)
    sight = look(yard, keeper)
    assert sight.worker == "Died and is started again in a moment."
    assert sight.last_error.startswith("The worker was killed by signal 9 at 20")
    assert sight.last_error.endswith("It died 2 times so far.")


def test_a_yard_of_another_version_is_left_alone(yard: Yard, keeper: WorkerKeeper) -> None:
    assert trouble_with(yard) is None
    with yard.sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "has the schema 9999" in str(trouble_with(yard))
    keeper.held_up = trouble_with(yard)
    sight = look(yard, keeper)
    assert (sight.worker, sight.latest) == ("Not started: see what is said about the yard.", ())
    with yard.sessions.begin() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert "is empty: start the yard once" in str(trouble_with(yard))
