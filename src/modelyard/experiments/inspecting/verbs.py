"""What can be done with Inspect: take its logs in, give an attempt out as its logs, run one of its tasks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from modelyard.experiments.configurations import known_provider
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.ending import break_attempt
from modelyard.experiments.inspecting.archives import MOST_LOGS, require_logs
from modelyard.experiments.inspecting.package import require_inspect
from modelyard.experiments.ownership import visible_attempts
from modelyard.experiments.tables import Attempt, Experiment, ExperimentAnswer, ExperimentReport
from modelyard.experiments.verbs import create_experiment
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Forbidden, Invalid
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.llm.verbs import find_llm
from modelyard.runs.job import Job
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit


def import_logs(ctx: Context, files: Sequence[tuple[str, Path]], *, name: str = "", group_by: str = "group") -> Attempt:
    """Keep logs of Inspect and queue their reading as the only attempt of a new experiment; no LLM is asked.

    `files` are names with local files, each a log (`.eval`) or a zip of logs; logs of one task are compared with each
    other, a configuration each. Raises UnreadableLog and LogTooLarge at once for what can be seen without reading, and
    Conflict where Inspect is not installed.
    """
    ctx.require("experiments:write")
    require_inspect()
    if not 1 <= len(files) <= MOST_LOGS:
        message = f"Choose 1 to {MOST_LOGS} logs; these are {len(files)}."
        raise Invalid(message, fields=[FieldError(("files",), message)])
    for _, path in files:
        require_logs(path)
    title = name or Path(files[0][0]).stem[:200] or "Inspect"
    attempt = _attempt(ctx, title, source=Path(files[0][0]).name)
    kept = [ctx.artifacts.put_file(path) for _, path in files]
    spec = {"attempt": attempt.id, "logs": [blob.hash for blob in kept], "name": name, "group_by": group_by}
    attempt.run_id = _queued(ctx, "import_inspect", spec).id
    for (filename, _), blob in zip(files, kept, strict=True):
        keep_log(ctx, attempt, attempt.run_id, digest=blob.hash, size_bytes=blob.size_bytes, filename=filename)
    return attempt


def start_task(
    ctx: Context,
    file: Path,
    llms: Sequence[str],
    *,
    task: str = "",
    arguments: Sequence[tuple[str, str]] = (),
    name: str = "",
    **asked: Any,
) -> Attempt:
    """Queue a task of Inspect, a file of this machine, with LLMs of this yard (ids or names), as a new experiment.

    `asked` are `limit`, `epochs`, `concurrency` and `group_by`, as the job has them. Raises Forbidden for anybody but
    the yard's owner, Refused where the settings do not allow it: a task is code.
    """
    ctx.require("experiments:write")
    if not ctx.actor.is_owner:
        raise Forbidden("Only the owner of the yard may run tasks of Inspect: they are code.")
    require_inspect()
    rows = [find_llm(ctx, named) for named in dict.fromkeys(llms)]
    for row in rows:
        if not known_provider(row).can_complete:
            message = f"{row.name!r} makes embeddings and gives no answers."
            raise Invalid(message, hint="Choose an LLM that answers.", fields=[FieldError(("llms",), message)])
    attempt = _attempt(ctx, name or task or file.stem, source=file.name)
    stated = {key: value for key, value in asked.items() if value is not None}
    spec = {"file": str(file.absolute()), "task": task, "llms": [row.id for row in rows], "name": name, **stated}
    spec |= {"attempt": attempt.id, "arguments": list(arguments)}
    attempt.run_id = _queued(ctx, "inspect_task", spec).id
    return attempt


def keep_log(
    ctx: Context, attempt: Attempt, run_id: str, *, digest: str, size_bytes: int, filename: str = ""
) -> ExperimentReport:
    """Keep a log, or a zip of logs, with its attempt as long as that is there."""
    ctx.require("experiments:read")
    row = ExperimentReport(
        id=new_id("rp"),
        attempt_id=attempt.id,
        run_id=run_id,
        format="zip" if filename.lower().endswith(".zip") else "eval",
        hash=digest,
        size_bytes=size_bytes,
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def give_up(ctx: Context, attempt_id: str, run: Run) -> None:
    """Write down that logs could not be read, or that their reading was cancelled; what was read of them goes."""
    ctx.require("experiments:write")
    attempt = ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == attempt_id))
    if attempt is not None:
        ctx.session.execute(delete(ExperimentAnswer).where(ExperimentAnswer.attempt_id == attempt.id))
    break_attempt(ctx, attempt, run)


def _attempt(ctx: Context, title: str, *, source: str) -> Attempt:
    """Return the attempt of a new experiment that says nothing yet: the logs will."""
    stated: dict[str, Any] = {
        "name": title,
        "samples": {"dataset": source or title},
        "strategies": [{"kind": "inspect"}],
        "llms": [{"llm": "Inspect"}],
        "scorers": [{"kind": "inspect_right"}],
        "reuse": False,
    }
    experiment: Experiment = create_experiment(ctx, stated)
    document = ExperimentDocument.model_validate(experiment.document)
    attempt = Attempt(
        id=new_id("at"),
        experiment_id=experiment.id,
        owner_id=experiment.owner_id,
        number=1,
        state="queued",
        document=experiment.document,
        document_digest=document.digest,
        code_version="inspect_ai",
        dataset_id="",
        dataset_name=source[:200],
        dataset_digest="",
        configurations=[],
        created_at=ctx.clock(),
    )
    ctx.session.add(attempt)
    ctx.session.flush()
    return attempt


def _queued(ctx: Context, kind: str, spec: dict[str, Any]) -> Run:
    job: Job = family("job").parse({"kind": kind, **spec})
    return submit(ctx, job)
