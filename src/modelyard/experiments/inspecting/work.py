"""The work of the jobs that end with logs: they become the attempt's document, samples, answers and comparison."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.data.storage import local_copy
from modelyard.experiments.counting import recount
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.inspecting.archives import unpacked_logs
from modelyard.experiments.inspecting.stating import configurations_of, document_of, ending_of
from modelyard.experiments.inspecting.taking import Came, Taking
from modelyard.experiments.running.live import Live
from modelyard.experiments.running.work import compared
from modelyard.experiments.tables import Attempt, Experiment, ExperimentAnswer
from modelyard.kernel.clock import utc_now
from modelyard.kernel.errors import NotFound
from modelyard.runs.job import JobContext

Configured = Callable[[Came], list[dict[str, Any]]]


def take_in(ctx: JobContext, attempt_id: str, hashes: Sequence[str], *, name: str, group_by: str) -> dict[str, Any]:
    """Read logs that are kept as artifacts into an attempt and compare; return how it ended."""
    ctx.step("Unpacking", 0.01)
    logs: list[Path] = []
    for place, digest in enumerate(hashes):
        folder = ctx.scratch / f"logs-{place}"
        folder.mkdir()
        logs += unpacked_logs(local_copy(ctx.artifacts, ctx.settings, digest), folder)
    return read_in(ctx, attempt_id, logs, name=name, group_by=group_by)


def read_in(
    ctx: JobContext,
    attempt_id: str,
    logs: Sequence[Path],
    *,
    name: str,
    group_by: str,
    configured: Configured | None = None,
) -> dict[str, Any]:
    """Read logs into an attempt, a configuration each, and compare; return how it ended.

    `configured` states the configurations where more is known of them than the logs say.
    """
    _begin(ctx, attempt_id)
    taking = Taking(ctx.session, attempt_id=attempt_id, owner_id=ctx.owner_id, group_by=group_by, at=utc_now())
    came = taking.take(logs, lambda n: ctx.step(f"{n:,} answers", min(0.9, 0.05 + n / (n + 5_000))))
    if left := came.scorers.left_out:
        ctx.log(f"Scores of {', '.join(left)} are left out: 20 scorers are the most.", level="warning")
    configurations = configured(came) if configured else configurations_of(came.headers)
    with ctx.session() as session:
        _state(session, attempt_id, came, configurations, name=name)
    ctx.step("Comparing", 0.95)
    state, error = ending_of(came.headers)
    return {"state": state, "error": error, **compared(ctx, attempt_id)}


def _begin(ctx: JobContext, attempt_id: str) -> None:
    with ctx.session() as session:
        attempt = _attempt(session, attempt_id)
        attempt.run_id, attempt.state = ctx.run_id, "running"
        attempt.began_at = attempt.began_at or utc_now()


def _state(session: Session, attempt_id: str, came: Came, configurations: list[dict[str, Any]], *, name: str) -> None:
    """Write down what the logs say of the attempt, and its experiment's document."""
    document = document_of(came.headers, name=name, scorers=came.scorers)
    attempt, first = _attempt(session, attempt_id), came.headers[0]
    attempt.document, attempt.document_digest = document.model_dump(mode="json"), document.digest
    attempt.configurations = configurations
    attempt.code_version, attempt.dataset_name = first.written_by[:64], first.dataset[:200]
    attempt.n_samples = came.n_samples
    attempt.n_planned = came.n_samples * len(configurations) * document.repeats
    attempt.n_scoring_tokens, attempt.scoring_usd = came.n_scoring_tokens, came.scoring_usd
    recount(session, attempt)
    attempt.running = _standing(session, attempt, document)
    experiment = session.get_one(Experiment, attempt.experiment_id)
    experiment.name, experiment.description = document.name, document.description
    experiment.document, experiment.document_digest = attempt.document, attempt.document_digest
    experiment.changed_at = utc_now()


def _standing(session: Session, attempt: Attempt, document: ExperimentDocument) -> dict[str, Any]:
    """Return how the configurations stand, as a list of experiments shows it."""
    names = [each["name"] for each in attempt.configurations]
    live = Live(names, document.parsed_scorers, attempt.n_samples * document.repeats)
    answers = ExperimentAnswer
    columns = (
        *(answers.configuration, answers.ended, answers.error_kind, answers.reused_from, answers.seconds),
        *(answers.n_input_tokens, answers.n_output_tokens, answers.cost_usd, answers.scores),
    )
    kept = select(*columns).where(answers.attempt_id == attempt.id)
    for row in session.execute(kept.execution_options(yield_per=1000)).mappings():
        live.add(dict(row))
    return {"configurations": [live.row(place) for place in range(len(names))]}


def _attempt(session: Session, attempt_id: str) -> Attempt:
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFound("The attempt is gone.")
    return attempt
