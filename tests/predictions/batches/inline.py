"""A run executed in this process: claimed, run and published as a worker does, without the second a process takes."""

import tempfile
from pathlib import Path
from typing import Any

from modelyard.access.actors import full_scopes
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.runs.leases import Lease, claim, fenced
from modelyard.runs.tables import Run
from tests.workflows.local import LocalJob


def drive_here(yard: Yard, run_id: str) -> Run:
    """Execute one attempt of a queued run; return its final row."""
    lease = claim(yard, "here", run_id=run_id)
    if lease is not None:
        yard.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as folder:
            _attempt(yard, lease, Path(folder))
    with yard.readers() as session:
        return session.get_one(Run, run_id)


def _attempt(yard: Yard, lease: Lease, scratch: Path) -> None:
    with fenced(yard, lease) as (_, run):
        spec, owner_id, is_cancelled = run.spec, run.owner_id, run.cancel_requested_at is not None
    job = family("job").parse(spec)
    if is_cancelled:
        return _end(yard, lease, job, "cancelled")
    try:
        result = job.run(LocalJob(yard, owner_id, scratch, lease.run_id))
    except ModelyardError as error:
        _end(yard, lease, job, "failed", error={"message": error.message, "hint": error.hint})
    else:
        _end(yard, lease, job, "succeeded", result=result)


def _end(yard: Yard, lease: Lease, job: Any, state: Any, **outcome: Any) -> None:
    with fenced(yard, lease) as (session, run):
        actor = Actor(id=run.owner_id, name="run", scopes=full_scopes())
        ctx = Context(actor, session, yard.settings, yard.artifacts, yard.clock)
        if state == "succeeded":
            run.result = job.publish(ctx, run, outcome["result"])
        else:
            run.error = outcome.get("error")
            job.failed(ctx, run)
        run.state, run.finished_at, run.worker, run.lease_expires_at = state, yard.clock(), None, None
