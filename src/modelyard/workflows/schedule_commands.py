"""The command that sets and shows when a workflow runs by itself."""

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from modelyard.access.terminal import local_yard
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.workflows import cron as crons
from modelyard.workflows import schedules
from modelyard.workflows.schedules import Start
from modelyard.workflows.tables import Schedule
from modelyard.workflows.terminal import named_workflow

STARTS_SHOWN = 5


def schedule(
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow's id or name.")],
    cron: Annotated[
        str | None, typer.Option(help='Five parts: minute, hour, day of month, month, day of week. "30 6 * * 1-5".')
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of the times, such as Europe/Berlin; default UTC.")] = None,
    pause: Annotated[bool | None, typer.Option("--pause/--resume", help="Start nothing, or go on from now.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Let it run by hand only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run a workflow by the clock, or show when it does: a worker (`modelyard up`) must be there at the time."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        workflow_id = named_workflow(ctx, workflow).id
        if remove:
            schedules.remove_schedule(ctx, workflow_id)
        elif cron is not None or timezone is not None or pause is not None:
            _set(ctx, workflow_id, cron, timezone, pause)
        row = schedules.get_schedule(ctx, workflow_id)
        starts = schedules.list_starts(ctx, workflow_id, limit=STARTS_SHOWN)
        times = crons.next_times(row.cron, row.timezone, ctx.clock()) if row else []
    if row is None:
        typer.echo("null" if as_json else "It runs by hand only.")
    elif as_json:
        typer.echo(json.dumps(_document(row, times, starts)))
    else:
        _print(row, times, starts)


def _set(ctx: Context, workflow_id: str, cron: str | None, timezone: str | None, pause: bool | None) -> None:
    row = schedules.get_schedule(ctx, workflow_id)
    if cron is None and row is None:
        raise Invalid("There is no schedule yet.", hint='Give one: --cron "30 6 * * 1-5"')
    schedules.set_schedule(
        ctx,
        workflow_id,
        cron=cron or (row.cron if row else ""),
        timezone=timezone or (row.timezone if row else "UTC"),
        is_paused=pause if pause is not None else bool(row and row.is_paused),
    )


def _document(row: Schedule, times: list[datetime], starts: list[Start]) -> dict[str, object]:
    return {
        "cron": row.cron,
        "timezone": row.timezone,
        "is_paused": row.is_paused,
        "next_times": [] if row.is_paused else [instant.isoformat() for instant in times],
        "starts": [
            {"due_at": start.row.due_at.isoformat(), "outcome": start.row.outcome, "run": start.row.run_id}
            for start in starts
        ],
    }


def _print(row: Schedule, times: list[datetime], starts: list[Start]) -> None:
    typer.echo(f"{row.cron}  {row.timezone}: {crons.explained(row.cron)}")
    zone = ZoneInfo(row.timezone)
    if row.is_paused:
        typer.echo(row.pause_reason or "Paused.")
    else:
        typer.echo("next:")
        for instant in times:
            typer.echo(f"  {instant.astimezone(zone):%a %Y-%m-%d %H:%M %Z}")
    if starts:
        typer.echo("last:")
    for start in starts:
        state = start.run.state if start.run else start.row.outcome
        missed = f", {start.row.n_missed} missed before" if start.row.n_missed else ""
        told = f"  {start.row.message}" if start.row.message else ""
        typer.echo(f"  {start.row.due_at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}  {state}{missed}{told}")
