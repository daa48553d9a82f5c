"""Keeping a worker's process alive: started again when it dies, ever more slowly while it keeps dying."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from modelyard.kernel.clock import Clock, utc_now
from modelyard.kernel.settings import Settings

log = structlog.get_logger()

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 60.0
HELD_UP_SECONDS = 5.0
"""Until it is looked again whether it may start."""
STEADY_SECONDS = 60.0
"""A process that lived this long was well: after its death the pauses begin anew."""
GRACE_SECONDS = 15.0
"""What a worker has to hand its runs back before it is killed."""
LOOK_SECONDS = 0.2
WORKER = (sys.executable, "-m", "modelyard.doors.cli.main", "worker")


@dataclass(frozen=True)
class Death:
    """How a process ended that was not told to."""

    at: datetime
    code: int
    """The exit code; below zero the signal that killed it."""


@dataclass
class WorkerKeeper:
    """Keeps one process of a worker alive until `stopping`; other threads may look at it."""

    settings: Settings
    stopping: threading.Event
    why_not: Callable[[], str | None] = lambda: None
    """Says before each start why there can be none yet; None: it can."""
    clock: Clock = utc_now
    command: Sequence[str] = WORKER
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    since: datetime | None = field(default=None, init=False)
    """When the process that runs was started; None: none runs."""
    n_deaths: int = field(default=0, init=False)
    last_death: Death | None = field(default=None, init=False)
    held_up: str | None = field(default=None, init=False)
    """Why it was not started, when it was last looked."""

    def keep(self) -> None:
        """Start the process, and again when it dies, until `stopping`; then end it.

        The kernel ends a worker when the thread that started it ends, so this is the whole life of a thread.
        """
        pause = self.first_pause_seconds
        while not self.stopping.is_set():
            self.held_up = self.why_not()
            if self.held_up is not None:
                self.stopping.wait(HELD_UP_SECONDS)
                continue
            if self._live() > STEADY_SECONDS:
                pause = self.first_pause_seconds
            self.stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _live(self) -> float:
        """Run one process to its end and return how many seconds it lived."""
        began = time.monotonic()
        environment = {**os.environ, "MODELYARD_DATA": str(self.settings.data), "MODELYARD_WORKER_OF": str(os.getpid())}
        # A session of its own: Ctrl-C reaches the keeper first, which then ends the worker in order.
        process = subprocess.Popen(self.command, env=environment, start_new_session=True)  # noqa: S603 — our own module
        self.since = self.clock()
        while process.poll() is None and not self.stopping.wait(LOOK_SECONDS):
            pass
        if process.poll() is None:
            _end(process)
        elif not self.stopping.is_set():
            self.n_deaths, self.last_death = self.n_deaths + 1, Death(self.clock(), process.returncode)
            log.warning("the worker died and is started again", code=process.returncode)
        self.since = None
        return time.monotonic() - began


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
