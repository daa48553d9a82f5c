"""Driving runs: a worker that takes what is free, and one run driven to its end from the terminal or a test."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from modelyard.kernel.db import is_connection_loss
from modelyard.kernel.errors import NotFound
from modelyard.kernel.yard import Yard
from modelyard.runs.leases import claim
from modelyard.runs.supervisor import Supervisor
from modelyard.runs.tables import Run, RunEvent, Worker

log = structlog.get_logger()

IDLE_SECONDS = 0.25
HEARTBEAT_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 3600.0
Housekeeping = Callable[[Yard], None]


def new_worker_id() -> str:
    """Return a name that no other worker has, now or later."""
    return f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class WorkerLoop:
    """Takes free runs and executes them, `settings.worker_slots` at a time, until stopped."""

    yard: Yard
    housekeeping: Sequence[Housekeeping] = ()
    id: str = field(default_factory=new_worker_id)
    stopping: threading.Event = field(default_factory=threading.Event)
    regular: Sequence[Housekeeping] = ()
    """What is looked at with every heartbeat: what comes due by the clock."""

    def work(self) -> None:
        """Work until `stop` is called; runs in hand are then given back to the queue."""
        slots = [threading.Thread(target=self._slot, name=f"slot-{i}") for i in range(self.yard.settings.worker_slots)]
        for slot in slots:
            slot.start()
        cleaned_at = 0.0
        while not self.stopping.is_set():
            self._surviving(self._seen)
            for look in self.regular:
                self._surviving(lambda look=look: look(self.yard))  # type: ignore[misc]  # mypy infers no default
            if time.monotonic() - cleaned_at > HOUSEKEEPING_SECONDS or cleaned_at == 0.0:
                cleaned_at = time.monotonic()
                for tidy in self.housekeeping:
                    self._surviving(lambda tidy=tidy: tidy(self.yard))  # type: ignore[misc]  # mypy infers no default
            self.stopping.wait(HEARTBEAT_SECONDS)
        for slot in slots:
            slot.join()
        self._surviving(self._gone)

    def stop(self) -> None:
        """End the loop; returns at once."""
        self.stopping.set()

    def _slot(self) -> None:
        # The kernel ends a child when the *thread* that started it ends, so this thread lives as long as the worker.
        while not self.stopping.is_set():
            if not self._surviving(self._take_one):
                self.stopping.wait(IDLE_SECONDS)

    def _take_one(self) -> bool:
        lease = claim(self.yard, self.id)
        if lease is None:
            return False
        Supervisor(self.yard, lease, self.stopping).execute()
        return True

    def _surviving(self, work: Callable[[], Any]) -> bool:
        """Do `work`; a database that is away, or a fault of one run, must not end the worker."""
        try:
            return bool(work())
        except DBAPIError as error:
            if is_connection_loss(error):
                log.warning("database away", worker=self.id)
            else:
                log.exception("worker fault", worker=self.id)
        except Exception:
            log.exception("worker fault", worker=self.id)
        self.stopping.wait(1.0)
        return False

    def _seen(self) -> None:
        now = self.yard.clock()
        with self.yard.sessions.begin() as session:
            row = session.get(Worker, self.id)
            if row is None:
                memory = self.yard.settings.run_memory_bytes
                session.add(Worker(id=self.id, started_at=now, seen_at=now, run_memory_bytes=memory))
            else:
                row.seen_at = now
            session.execute(delete(Worker).where(Worker.seen_at < now - timedelta(days=1)))

    def _gone(self) -> None:
        with self.yard.sessions.begin() as session:
            session.execute(delete(Worker).where(Worker.id == self.id))


def drive(yard: Yard, run_id: str, on_event: Callable[[str, dict[str, Any]], None] | None = None) -> Run:
    """Execute one run to its end in this process, or watch it when a worker has it; return the final row.

    `on_event` is called with the kind and data of every event, in order.
    """
    worker = new_worker_id()
    seen = 0
    watcher_stop = threading.Event()

    def watch() -> None:
        nonlocal seen
        for event in _events_after(yard, run_id, seen):
            seen = event.sequence
            if on_event:
                on_event(event.kind, event.data)

    def watch_always() -> None:
        while not watcher_stop.wait(0.2):
            watch()

    watcher = threading.Thread(target=watch_always, daemon=True)
    watcher.start()
    try:
        while not (run := _row(yard, run_id)).is_final:
            lease = claim(yard, worker, run_id=run_id)
            if lease:
                Supervisor(yard, lease).execute()
            else:
                time.sleep(IDLE_SECONDS)
    finally:
        watcher_stop.set()
        watcher.join()
    watch()
    return run


def _row(yard: Yard, run_id: str) -> Run:
    with yard.readers() as session:
        run = session.get(Run, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id!r}.")
    return run


def _events_after(yard: Yard, run_id: str, sequence: int) -> Sequence[RunEvent]:
    chosen = select(RunEvent).where(RunEvent.run_id == run_id, RunEvent.sequence > sequence).order_by(RunEvent.sequence)
    with yard.readers() as session:
        return session.scalars(chosen).all()
