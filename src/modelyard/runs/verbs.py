"""What can be done with runs: submit, look, cancel, try again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, Invalid, ModelyardError, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.runs.events import append_events
from modelyard.runs.job import Job
from modelyard.runs.tables import Run, RunEvent, RunState, Worker

WORKER_SILENT_AFTER = timedelta(seconds=30)


def visible_runs(ctx: Context) -> Select[Run]:
    """Return the query of all runs this actor may see."""
    return select(Run).where(Run.owner_id == ctx.actor.id)


def submit(ctx: Context, job: Job, *, priority: int = 0, retry_of: str | None = None) -> Run:
    """Check and freeze the job and queue it; the run is inserted in the caller's transaction."""
    owner_id = ctx.require(job.scope)
    _require_room(ctx, job)
    job = job.prepare(ctx)
    title, subject_kind, subject_id = job.describe(ctx)
    now = ctx.clock()
    run = Run(
        id=new_id("rn"),
        owner_id=owner_id,
        kind=job.kind_name(),
        title=title,
        spec=job.model_dump(mode="json"),
        subject_kind=subject_kind,
        subject_id=subject_id,
        retry_of=retry_of,
        priority=priority,
        memory_bytes=job.memory_bytes,
        state="queued",
        attempts=0,
        max_attempts=job.max_attempts or ctx.settings.run_max_attempts,
        progress_fraction=0.0,
        message="Waiting for a worker",
        steps=[],
        n_events=0,
        created_at=now,
    )
    ctx.session.add(run)
    ctx.session.flush()
    append_events(ctx.session, run, [("state", {"state": "queued"})], now)
    return run


class NoWorkerFits(ModelyardError):
    """Every worker that is alive may give one run less memory than this one needs."""

    status = 409


def _require_room(ctx: Context, job: Job) -> None:
    """Refuse what no living worker could execute; without any worker, or a small one here, runs wait for one."""
    alive = select(func.max(Worker.run_memory_bytes)).where(Worker.seen_at > ctx.clock() - WORKER_SILENT_AFTER)
    most = ctx.session.scalar(alive)
    if most is None or most >= job.memory_bytes:
        return
    raise NoWorkerFits(
        f"{job.title or type(job).__name__} needs at least {job.memory_bytes >> 20} MB of memory, and the worker of "
        f"this yard may give a run {most >> 20} MB.",
        hint="Start a worker on a machine with more, such as your own, with this yard's settings: "
        "DATABASE_URL=… MODELYARD_SECRET_KEY=… MODELYARD_ARTIFACT_STORE=database modelyard worker",
    )


def submit_document(ctx: Context, document: dict[str, Any]) -> Run:
    """Queue the job that a request's body states."""
    ctx.require("runs:write")
    job: Job = family("job").parse(document)
    if job.internal:
        raise Invalid(f"A run of kind {job.kind_name()!r} is started by the product itself.")
    return submit(ctx, job)


def list_runs(
    ctx: Context,
    *,
    state: RunState | None = None,
    kind: str | None = None,
    subject: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> list[Run]:
    """Return runs, newest first; `cursor` is the id of the last run already seen."""
    ctx.require("runs:read")
    wanted = {Run.state: state, Run.kind: kind, Run.subject_id: subject}
    query = visible_runs(ctx).where(*(column == value for column, value in wanted.items() if value is not None))
    if cursor:
        query = query.where(Run.id < cursor)
    return list(ctx.session.scalars(query.order_by(Run.id.desc()).limit(limit)))


def count_runs(ctx: Context) -> dict[str, int]:
    """Return how many runs are in each state."""
    ctx.require("runs:read")
    visible = visible_runs(ctx).subquery()
    rows = ctx.session.execute(select(visible.c.state, func.count()).group_by(visible.c.state))
    return {state: n_runs for state, n_runs in rows}  # noqa: C416 — a row is no pair to mypy


def get_run(ctx: Context, run_id: str) -> Run:
    """Return one run; raise NotFound."""
    ctx.require("runs:read")
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == run_id))
    if run is None:
        raise NotFound(f"There is no run {run_id!r}.")
    return run


def events_after(ctx: Context, run_id: str, sequence: int, *, limit: int = 500) -> list[RunEvent]:
    """Return the run's events after `sequence`, in order."""
    run = get_run(ctx, run_id)
    chosen = select(RunEvent).where(RunEvent.run_id == run.id, RunEvent.sequence > sequence)
    return list(ctx.session.scalars(chosen.order_by(RunEvent.sequence).limit(limit)))


def cancel_run(ctx: Context, run_id: str) -> Run:
    """Ask for the run to end: at once when it is queued, within two seconds when a worker has it."""
    ctx.require("runs:write")
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == run_id).with_for_update())
    if run is None:
        raise NotFound(f"There is no run {run_id!r}.")
    if run.is_final:
        raise Conflict(f"The run has {run.state} already.")
    now = ctx.clock()
    run.cancel_requested_at = run.cancel_requested_at or now
    if run.state == "queued":
        run.state, run.finished_at = "cancelled", now
        append_events(ctx.session, run, [("state", {"state": "cancelled", "error": None})], now)
        job: Job = family("job").parse(run.spec)
        job.failed(ctx, run)
    ctx.session.flush()
    return run


def finish_run(ctx: Context, run_id: str) -> Run:
    """Ask the run to stop searching and to end with the best it has; raise Conflict when it is not running."""
    ctx.require("runs:write")
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == run_id).with_for_update())
    if run is None:
        raise NotFound(f"There is no run {run_id!r}.")
    if run.state != "running":
        raise Conflict(f"Only a running run can stop early with what it has; this one is {run.state}.")
    run.finish_requested_at = run.finish_requested_at or ctx.clock()
    ctx.session.flush()
    return run


def retry_run(ctx: Context, run_id: str) -> Run:
    """Queue a new run with the same frozen spec; finished steps are found in the cache."""
    run = get_run(ctx, run_id)
    if run.state not in ("failed", "cancelled"):
        raise Conflict(f"Only a failed or cancelled run can be tried again; this one is {run.state}.")
    job: Job = family("job").parse(run.spec)
    return submit(ctx, job, priority=run.priority, retry_of=run.id)


def is_worker_alive(ctx: Context) -> bool:
    """Say whether some worker was seen lately. Needs no actor: the readiness page asks."""
    latest = ctx.session.scalar(select(func.max(Worker.seen_at)))
    return latest is not None and ctx.clock() - latest < WORKER_SILENT_AFTER
