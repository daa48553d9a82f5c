"""The work of the job that runs a task of Inspect."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.experiments.inspecting.tasks.model import API, offer_models
from modelyard.kernel.errors import Conflict, Invalid, NotFound, Refused
from modelyard.kernel.settings import Settings
from modelyard.runs.job import JobContext

if TYPE_CHECKING:
    from inspect_ai.hooks import SampleEnd, TaskStart

    from modelyard.llm.client import Client


def require_allowed(settings: Settings) -> None:
    """Raise Refused where tasks are not run: they are code, which may do whatever this process may."""
    if not settings.allows_inspect_tasks:
        raise Refused(
            "This yard runs no tasks of Inspect: a task is code, which may do whatever the worker may.",
            hint="On a machine of your own set MODELYARD_ALLOW_INSPECT_TASKS=true.",
        )


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a task's file; raise NotFound."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        hint = "Tasks are run where their file is: by a worker on this machine."
        raise NotFound(f"{file.name!r} cannot be read: {error.strerror}.", hint=hint) from None


def run_task(
    ctx: JobContext,
    file: Path,
    digest: str,
    *,
    task: str,
    models: Sequence[str],
    client_named: Callable[[str], "Client"],
    options: Mapping[str, Any],
) -> list[Path]:
    """Run a task with each of the LLMs (their names) and return the logs, in the same order.

    Raises Conflict for a file that is another than when the run was asked for, Invalid for a task that is not in it.
    """
    require_allowed(ctx.settings)
    if digest_of(file) != digest:
        raise Conflict(f"{file.name!r} was changed since this run was asked for.", hint="Start it again.")
    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = str(ctx.scratch)  # what Inspect writes beside its logs
    import inspect_ai

    named = _named(file, task)
    offer_models(client_named)
    _tell_progress(ctx, n_models=len(models))
    ctx.step(f"Reading {file.name}", 0.02)
    logs = inspect_ai.eval(
        f"{file}@{named}",
        model=[f"{API}/{name}" for name in models],
        log_dir=str(ctx.scratch / "logs"),
        log_format="eval",
        display="none",
        log_realtime=False,
        fail_on_error=False,
        score_display=False,
        **options,
    )
    for log in logs:
        if log.error is not None:
            ctx.log(f"{log.eval.model}: {log.error.message}", level="error")
    return [Path(str(log.location).removeprefix("file://")) for log in logs]


def _named(file: Path, task: str) -> str:
    """Return the task's name; raise Invalid where it is not in the file, or one of several must be named."""
    from inspect_ai import list_tasks

    names = [info.name for info in list_tasks(file.name, root_dir=file.parent)]
    if not names:
        raise Invalid(f"{file.name!r} has no task: no function with @task.")
    if task and task not in names:
        raise Invalid(f"{file.name!r} has no task {task!r}; it has {', '.join(names)}.")
    if not task and len(names) > 1:
        raise Invalid(f"{file.name!r} has {len(names)} tasks.", hint=f"Name one: {file.name}@{names[0]}")
    return task or names[0]


def _tell_progress(ctx: JobContext, *, n_models: int) -> None:
    """Tell how many samples are done whenever one is."""
    from inspect_ai.hooks import Hooks, hooks

    done = failed = planned = 0

    @hooks(name="modelyard-progress", description="Tells the run how many samples are done.")
    class Telling(Hooks):  # type: ignore[misc]  # untyped where it is not installed
        """Counts samples."""

        async def on_task_start(self, data: "TaskStart") -> None:
            """Learn how many samples there are."""
            nonlocal planned
            n_samples = len(data.spec.dataset.sample_ids or ()) or data.spec.dataset.samples or 0
            planned = max(planned, n_samples * (data.spec.config.epochs or 1) * n_models)

        async def on_sample_end(self, data: "SampleEnd") -> None:
            """Count one."""
            nonlocal done, failed
            done, failed = done + 1, failed + (data.sample.error is not None)
            told = f"{done:,} of {planned:,} answers" + (f", {failed:,} failed" if failed else "")
            ctx.step(told, 0.05 + 0.8 * min(1.0, done / max(1, planned)))
            if data.sample.error is not None and failed <= _MOST_TOLD:
                ctx.log(f"{data.sample.id}: {data.sample.error.message}"[:2000], level="warning")


_MOST_TOLD = 20
"""Errors that stand in the run's log; all are with their answers."""


def options_of(
    *, limit: int | None, epochs: int | None, concurrency: int, arguments: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return what Inspect is told beside task and models; arguments are read as JSON where they are any."""
    import json

    def value(text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            return text

    return {
        "limit": limit,
        "epochs": epochs,
        "max_connections": concurrency,
        "task_args": {name: value(text) for name, text in arguments},
    }
