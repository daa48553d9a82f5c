"""A worker's process is kept: started again when it dies, held up while it cannot work, ended in order."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from modelyard.kernel.settings import Settings
from modelyard.runs.keeper import LOOK_SECONDS, WorkerKeeper

SLEEPER = (sys.executable, "-S", "-c", "import time; time.sleep(600)")


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; the limit only ends a test that hangs."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def sleeper() -> int | None:
    """Return the process id of the kept process."""
    found = [child.pid for child in psutil.Process().children() if SLEEPER[-1] in child.cmdline()]
    return found[0] if found else None


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def kept(keeper: WorkerKeeper) -> threading.Thread:
    thread = threading.Thread(target=keeper.keep)
    thread.start()
    return thread


def test_it_is_started_again_when_it_dies_and_ended_when_it_is_time(
    settings: Settings, stopping: threading.Event
) -> None:
    keeper = WorkerKeeper(settings, stopping, command=SLEEPER, first_pause_seconds=0.01)
    thread = kept(keeper)
    wait_for(lambda: keeper.since and sleeper())
    first = sleeper()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: keeper.n_deaths == 1 and keeper.since and sleeper())
    assert keeper.last_death is not None
    assert keeper.last_death.code == -signal.SIGKILL
    assert sleeper() != first
    stopping.set()
    thread.join(20)
    assert (sleeper(), keeper.since, keeper.n_deaths) == (None, None, 1), "being ended is no death"


def test_pauses_grow_while_it_keeps_dying(settings: Settings) -> None:
    class Impatient(threading.Event):
        """Takes down for how long it is waited, does not wait, and stops after the fourth pause."""

        def wait(self, timeout: float | None = None) -> bool:
            if timeout != LOOK_SECONDS:
                pauses.append(timeout)
            return self.is_set()

        def is_set(self) -> bool:
            return len(pauses) >= 4

    pauses: list[float | None] = []
    keeper = WorkerKeeper(settings, Impatient(), command=(sys.executable, "-S", "-c", "raise SystemExit(3)"))
    keeper.keep()
    assert pauses == [2.0, 4.0, 8.0, 16.0]
    assert keeper.last_death is not None
    assert keeper.last_death.code == 3


def test_it_waits_for_what_holds_it_up(
    settings: Settings, stopping: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.runs.keeper.HELD_UP_SECONDS", 0.01)
    reasons = ["The database does not answer."]
    keeper = WorkerKeeper(settings, stopping, why_not=lambda: reasons[0] if reasons else None, command=SLEEPER)
    thread = kept(keeper)
    wait_for(lambda: keeper.held_up)
    assert (keeper.held_up, keeper.since, sleeper()) == (reasons[0], None, None)
    reasons.clear()
    wait_for(lambda: keeper.since and sleeper())
    assert keeper.held_up is None
    stopping.set()
    thread.join(20)
