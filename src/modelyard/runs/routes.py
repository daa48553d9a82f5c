"""HTTP of the runs room."""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Body, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from modelyard.access.http import Ctx
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs import verbs
from modelyard.runs.schemas import RunCounts, RunOut, RunPage
from modelyard.runs.tables import RunEvent, RunState

router = APIRouter(prefix="/runs", tags=["runs"])

LOOK_SECONDS = 0.3
KEEP_ALIVE_SECONDS = 15.0


@router.post("", status_code=201)
def submit_run(
    ctx: Ctx, job: Annotated[dict[str, Any], Body(examples=[{"kind": "workflow", "workflow": "wf_…"}])]
) -> RunOut:
    """Queue a run: `kind` names the job, the other fields are its parameters (`GET /kinds`)."""
    return RunOut.of(verbs.submit_document(ctx, job))


@router.get("")
def list_runs(
    ctx: Ctx,
    state: RunState | None = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    subject: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> RunPage:
    """List runs, newest first."""
    runs = verbs.list_runs(ctx, state=state, kind=kind, subject=subject, limit=limit + 1, cursor=cursor)
    items = [RunOut.of(run) for run in runs[:limit]]
    return RunPage(items=items, next=items[-1].id if len(runs) > limit else None)


@router.get("/counts")
def count_runs(ctx: Ctx) -> RunCounts:
    """Say how many runs are in each state."""
    return RunCounts(**verbs.count_runs(ctx))


@router.get("/{run_id}")
def get_run(ctx: Ctx, run_id: str) -> RunOut:
    """Return one run."""
    return RunOut.of(verbs.get_run(ctx, run_id))


@router.post("/{run_id}/cancel")
def cancel_run(ctx: Ctx, run_id: str) -> RunOut:
    """Ask for a run to end; it is gone within two seconds."""
    return RunOut.of(verbs.cancel_run(ctx, run_id))


@router.post("/{run_id}/finish")
def finish_run(ctx: Ctx, run_id: str) -> RunOut:
    """Ask a search to stop now and to keep the best it has found."""
    return RunOut.of(verbs.finish_run(ctx, run_id))


@router.post("/{run_id}/retry", status_code=201)
def retry_run(ctx: Ctx, run_id: str) -> RunOut:
    """Queue a failed or cancelled run again with the same spec."""
    return RunOut.of(verbs.retry_run(ctx, run_id))


def _actor_who_sees(ctx: Ctx, run_id: str) -> Actor:
    """Refuse before the stream begins, while a status can still be sent."""
    verbs.get_run(ctx, run_id)
    return ctx.actor


@router.get("/{run_id}/events", response_class=EventSourceResponse)
async def stream_events(
    request: Request,
    actor: Annotated[Actor, Depends(_actor_who_sees)],
    run_id: str,
    last_event_id: Annotated[int, Header(ge=0, le=2**31)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Stream the run's events from the first, or after `Last-Event-ID`, until it has ended."""
    yard: Yard = request.app.state.yard
    sequence, spoke_at = last_event_id, time.monotonic()
    while True:
        events, is_final = await run_in_threadpool(_look, yard, actor, run_id, sequence)
        for event in events:
            sequence, spoke_at = event.sequence, time.monotonic()
            yield ServerSentEvent(
                id=str(event.sequence), event=event.kind, data={**event.data, "at": event.at.isoformat()}
            )
        if is_final and not events:
            return
        if time.monotonic() - spoke_at > KEEP_ALIVE_SECONDS:
            spoke_at = time.monotonic()
            yield ServerSentEvent(comment="alive")
        await anyio.sleep(0 if events else LOOK_SECONDS)


def _look(yard: Yard, actor: Actor, run_id: str, sequence: int) -> tuple[list[RunEvent], bool]:
    # A context of its own each time: a stream may last hours and must not hold a connection.
    with yard.context(actor, writes=False) as ctx:
        return verbs.events_after(ctx, run_id, sequence), verbs.get_run(ctx, run_id).is_final
