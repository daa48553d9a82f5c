"""The supervisor: executes one attempt of a run in a child process, keeps its lease, publishes its end once."""

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as StopSignal
from threading import Thread
from typing import Any, Literal, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import is_connection_loss
from modelyard.kernel.errors import Invalid, ModelyardError, Unavailable
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.runs.events import Event, append_events, coalesced
from modelyard.runs.job import Job
from modelyard.runs.leases import Lease, LeaseLost, fenced, give_back, lease_age, renew
from modelyard.runs.process import ChildProcess, Message
from modelyard.runs.tables import Run, RunState

log = structlog.get_logger()

TICK_SECONDS = 0.1
CANCEL_LOOK_SECONDS = 0.5
PUBLISH_PATIENCE_SECONDS = 600.0
"""How long a finished result waits for a database that is away before the attempt is given up."""

T = TypeVar("T")
Ending = Literal["published", "failed", "cancelled", "again", "lost", "stopped"]


@dataclass
class _Failure:
    message: str
    hint: str | None = None
    may_retry: bool = False


@dataclass
class Supervisor:
    """One attempt under one lease. `stopping` ends it early without counting the attempt."""

    yard: Yard
    lease: Lease
    stopping: StopSignal = field(default_factory=StopSignal)
    _pending: list[Event] = field(default_factory=list)
    _message: str = ""
    _step_began: float = field(default_factory=time.monotonic)
    _looked_at: float = 0.0
    _renewed_at: float = field(default_factory=time.monotonic)
    _ended: Message | None = None
    _loads_kinds: bool = False

    def execute(self) -> Ending:
        """Run the attempt to its end; never raises for what the job or the database does."""
        started = time.monotonic()
        self.yard.settings.scratch.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="run-", dir=self.yard.settings.scratch))
        try:
            run = self._begin()
            if run.cancel_requested_at is not None:
                return self._finish("cancelled", None, {})
            if run.attempts > run.max_attempts:
                died = f"The worker died {run.max_attempts} times while executing this run."
                return self._finish(
                    "failed", _Failure(died, "Look at the log for the last step; it may need more memory."), {}
                )
            return self._supervise(run, scratch, started)
        except LeaseLost:
            log.warning("lease lost", run=self.lease.run_id, worker=self.lease.worker)
            return "lost"
        except Exception as error:
            log.exception("the run could not be executed or published", run=self.lease.run_id)
            return self._finish(
                "failed", _Failure(f"{type(error).__name__}: {error}", "The server's log has the details."), {}
            )
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _begin(self) -> Run:
        def begin() -> Run:
            with fenced(self.yard, self.lease) as (session, run):
                now = self.yard.clock()
                run.started_at = run.started_at or now
                run.progress_fraction, run.message = 0.0, "Starting"
                append_events(session, run, [("state", {"state": "running", "attempt": run.attempts})], now)
            return run

        return self._patiently(begin)

    def _supervise(self, run: Run, scratch: Path, started: float) -> Ending:
        child = ChildProcess.start(self.yard.settings, run, scratch)
        try:
            verdict = self._watch(child)
        finally:
            child.end()
        self._take(child.drain())
        cost = {"wall_seconds": round(time.monotonic() - started, 3), "peak_memory_bytes": child.peak_memory_bytes}
        if verdict == "stopped":
            self._patiently(lambda: give_back(self.yard, self.lease, counts=False))
            return "stopped"
        if verdict == "cancelled":
            return self._finish("cancelled", None, cost)
        return self._conclude(child, verdict, cost)

    def _watch(self, child: ChildProcess) -> _Failure | Literal["stopped", "cancelled"] | None:
        """Return when the child ended by itself (None) or must end (why)."""
        while True:
            has_ended = child.has_ended()
            self._take(child.drain())
            if has_ended or self._ended:
                return None
            if self.stopping.is_set():
                return "stopped"
            if self._is_cancelled():
                return "cancelled"
            if failure := self._over_a_limit(child):
                return failure
            time.sleep(TICK_SECONDS)

    def _take(self, messages: list[Message]) -> None:
        if messages and not self._loads_kinds:
            # What ends the run holds the database and needs its kind; the first one loads all, which takes seconds.
            # The child is up by now, so that its start is not slowed.
            self._loads_kinds = True
            Thread(target=family, args=("job",), name="load-kinds", daemon=True).start()
        for kind, data in messages:
            if kind in ("result", "error"):
                self._ended = (kind, data)
                continue
            if kind in ("progress", "step", "trial"):
                self._step_began = time.monotonic()
                self._message = self._message if kind == "trial" else data.get("message") or self._message
            self._pending.append((kind, data))  # type: ignore[arg-type]  # the child is our own code

    def _is_cancelled(self) -> bool:
        """Write what came, renew the lease, look for a cancellation; a database that is away is asked again later."""
        now = time.monotonic()
        if not self._pending and now - self._looked_at < CANCEL_LOOK_SECONDS:
            return False
        self._looked_at = now
        try:
            self._write_pending()
            return renew(self.yard, self.lease)
        except DBAPIError as error:
            if not is_connection_loss(error):
                raise
            log.warning("database away, the run goes on", run=self.lease.run_id)
            self._looked_at = now + lease_age(self.yard).total_seconds() / 4
            return False

    def _write_pending(self) -> None:
        events = coalesced(self._pending)
        if events:
            with fenced(self.yard, self.lease) as (session, run):
                append_events(session, run, events, self.yard.clock())
            self._pending.clear()

    def _over_a_limit(self, child: ChildProcess) -> _Failure | None:
        memory_cap = self.yard.settings.run_memory_bytes
        if child.memory_bytes() > memory_cap:
            text = f"The run needed more than {memory_cap.human_readable()} of memory at: {self._message or 'start'}."
            return _Failure(text, "Use fewer rows or columns, a smaller model, or raise MODELYARD_RUN_MEMORY_BYTES.")
        time_cap = self.yard.settings.run_step_timeout
        if time.monotonic() - self._step_began > time_cap.total_seconds():
            text = f"A step took longer than {time_cap}: {self._message or 'start'}."
            return _Failure(text, "Use fewer rows, a time budget, or raise MODELYARD_RUN_STEP_TIMEOUT.")
        return None

    def _conclude(self, child: ChildProcess, verdict: _Failure | None, cost: dict[str, Any]) -> Ending:
        if verdict is None and self._ended is not None:
            kind, data = self._ended
            cost.update({**data.get("cost", {}), "peak_memory_bytes": self._peak(child, data)})
            if kind == "result":
                return self._publish(data["result"], cost)
            verdict = _Failure(data["message"], data.get("hint"), may_retry=data.get("is_passing", False))
        return self._fail(verdict or self._death(child), cost)

    @staticmethod
    def _peak(child: ChildProcess, data: dict[str, Any]) -> int:
        return max(child.peak_memory_bytes, int(data.get("cost", {}).get("peak_memory_bytes", 0)))

    def _death(self, child: ChildProcess) -> _Failure:
        code = child.process.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        if said := child.last_output():
            self._pending.append(("log", {"level": "error", "message": said}))
        hint = "If it was the system's out-of-memory killer: use fewer rows, or a machine with more memory."
        return _Failure(f"The child process {how} at: {self._message or 'start'}.", hint, may_retry=True)

    def _fail(self, failure: _Failure, cost: dict[str, Any]) -> Ending:
        if failure.may_retry and self._try_again(failure):
            return "again"
        return self._finish("failed", failure, cost)

    def _try_again(self, failure: _Failure) -> bool:
        def write() -> bool:
            with fenced(self.yard, self.lease) as (session, run):
                if run.attempts >= run.max_attempts or run.cancel_requested_at is not None:
                    return False
                told = f"{failure.message} Attempt {run.attempts} of {run.max_attempts}; trying again."
                events: list[Event] = [*self._pending, ("log", {"level": "warning", "message": told})]
                append_events(session, run, [*events, ("state", {"state": "queued"})], self.yard.clock())
                run.state, run.worker, run.lease_expires_at = "queued", None, None
            self._pending.clear()
            return True

        return self._patiently(write)

    def _publish(self, result: dict[str, Any], cost: dict[str, Any]) -> Ending:
        def write() -> None:
            with fenced(self.yard, self.lease) as (session, run):
                ctx = self._context(session, run)
                run.result = self._job(run).publish(ctx, run, result)
                self._end(session, run, "succeeded", [("result", run.result)], cost)

        try:
            self._patiently(write)
        except LeaseLost:
            raise
        except ModelyardError as error:
            return self._finish("failed", _Failure(error.message, error.hint), cost)
        return "published"

    def _finish(self, state: Literal["failed", "cancelled"], failure: _Failure | None, cost: dict[str, Any]) -> Ending:
        def write() -> None:
            with fenced(self.yard, self.lease) as (session, run):
                if failure:
                    run.error = {"message": failure.message, "hint": failure.hint, "step": self._message or None}
                run.steps = [_ended_step(step, state) for step in run.steps]
                self._end(session, run, state, [], cost)
                if (job := self._known_job(run)) is not None:
                    job.failed(self._context(session, run), run)

        self._patiently(write)
        return state

    def _end(self, session: Any, run: Run, state: RunState, events: list[Event], cost: dict[str, Any]) -> None:
        now = self.yard.clock()
        run.state, run.finished_at, run.worker, run.lease_expires_at = state, now, None, None
        run.cost = cost
        final: Event = ("state", {"state": state, "error": run.error})
        append_events(session, run, [*coalesced(self._pending), *events, final], now)
        if state == "succeeded":
            run.progress_fraction, run.message = 1.0, "Done"

    def _job(self, run: Run) -> Job:
        job: Job = family("job").parse(run.spec)
        return job

    def _known_job(self, run: Run) -> Job | None:
        """Return the job, or None when this version cannot read the run: its failure is noted all the same."""
        try:
            return self._job(run)
        except Invalid:
            return None

    def _context(self, session: Any, run: Run) -> Context:
        """Publishing acts for the run's owner, whose scopes were checked when the run was submitted."""
        from modelyard.access.actors import full_scopes

        actor = Actor(id=run.owner_id, name="run", scopes=full_scopes())
        return Context(actor, session, self.yard.settings, self.yard.artifacts, self.yard.clock)

    def _patiently(self, write: Callable[[], T]) -> T:
        """Call `write`, again and again while the database is away."""
        deadline = time.monotonic() + PUBLISH_PATIENCE_SECONDS
        while True:
            try:
                return write()
            except (DBAPIError, Unavailable) as error:
                is_away = isinstance(error, Unavailable) or is_connection_loss(error)
                if not is_away or time.monotonic() > deadline:
                    raise
                log.warning("database away, waiting", run=self.lease.run_id)
                time.sleep(0.5)


def _ended_step(step: dict[str, Any], state: str) -> dict[str, Any]:
    return {**step, "state": state} if step.get("state") == "running" else step
