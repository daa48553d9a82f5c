"""Starting, resuming and ending attempts: everything an attempt depends on is frozen when it starts."""

from importlib.metadata import version
from typing import Any

from sqlalchemy import func, select

from modelyard.experiments.configurations import (
    Configuration,
    FrozenLlm,
    freeze_llm,
    frozen_configurations,
    require_unchanged,
)
from modelyard.experiments.document import ExperimentDocument, Limits, Pace
from modelyard.experiments.ownership import visible_attempts
from modelyard.experiments.recorded import is_recorded, require_askable
from modelyard.experiments.sampling.choosing import dataset_of, samples_of
from modelyard.experiments.tables import LIVE_ATTEMPTS, Attempt
from modelyard.experiments.verbs import get_attempt, get_experiment, parse_document
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.llm.verbs import find_llm
from modelyard.runs.job import Job
from modelyard.runs.verbs import cancel_run, finish_run, submit

RESUMABLE = frozenset({"stopped", "failed", "cancelled"})


def start_attempt(ctx: Context, experiment_id: str, *, limit: int | None = None) -> Attempt:
    """Queue a new attempt beside the earlier ones; `limit` asks fewer samples than the document says.

    Raises Invalid for LLMs that cannot be asked, samples that cannot be drawn, and a budget in USD that cannot hold;
    Conflict while another attempt of the experiment runs, and where answers were read from a log.
    """
    owner_id = ctx.require("experiments:write")
    experiment = get_experiment(ctx, experiment_id)
    document = _limited(experiment.document, limit)
    _require_none_live(ctx, experiment_id)
    configurations = frozen_configurations(ctx, document)
    require_affordable(ctx, document, configurations)
    require_retrievers(document)
    dataset = dataset_of(ctx, document.samples.dataset)
    n_samples = samples_of(ctx, document.samples, most=1).n
    attempt = Attempt(
        id=new_id("at"),
        experiment_id=experiment.id,
        owner_id=owner_id,
        number=_next_number(ctx, experiment_id),
        state="queued",
        document=document.model_dump(mode="json"),
        document_digest=document.digest,
        code_version=f"modelyard {version('modelyard')}",
        dataset_id=dataset.id,
        dataset_name=dataset.name,
        dataset_digest=dataset.content_hash or "",
        configurations=[each.model_dump(mode="json") for each in configurations],
        n_planned=n_samples * len(configurations) * document.repeats,
        created_at=ctx.clock(),
    )
    ctx.session.add(attempt)
    ctx.session.flush()
    attempt.run_id = _queued(ctx, attempt)
    return attempt


def resume_attempt(
    ctx: Context, experiment_id: str, number: int, *, budget: Limits | None = None, pace: Pace | None = None
) -> Attempt:
    """Queue what is missing of an attempt and what failed; another budget or pace takes the place of the one before.

    Raises Conflict while it runs, when nothing is missing, and when an LLM was changed since: its answers would not be
    the same configuration's.
    """
    ctx.require("experiments:write")
    attempt = get_attempt(ctx, experiment_id, number)
    require_askable(attempt.document["strategies"])
    _require_none_live(ctx, experiment_id)
    changes: dict[str, Any] = {}
    if budget is not None:
        changes["budget"] = budget.model_dump(mode="json")
    if pace is not None:
        changes["pace"] = pace.model_dump(mode="json")
    document = parse_document({**attempt.document, **changes})
    require_affordable(ctx, document, [Configuration.model_validate(each) for each in attempt.configurations])
    attempt.document, attempt.document_digest = document.model_dump(mode="json"), document.digest
    attempt.run_id = _queued(ctx, attempt)
    return attempt


def can_resume(attempt: Attempt) -> bool:
    """Say whether anything of an attempt is missing or failed, so that it can be asked."""
    if is_recorded(attempt.document["strategies"]):
        return False
    return attempt.state in RESUMABLE or (attempt.state == "succeeded" and attempt.n_failed > 0)


def make_ready(ctx: Context, attempt_id: str) -> Attempt:
    """Put an attempt that is about to be queued in order; raise Conflict or Invalid when it cannot be worked on."""
    ctx.require("experiments:write")
    attempt: Attempt | None = ctx.session.scalar(visible_attempts(ctx).where(Attempt.id == attempt_id))
    if attempt is None:
        raise NotFound(f"The attempt {attempt_id!r} is gone.")
    is_new = attempt.state == "queued" and attempt.run_id is None and attempt.n_samples == 0
    if not is_new and not can_resume(attempt):
        what = "is running" if attempt.state in LIVE_ATTEMPTS else "has every answer"
        raise Conflict(f"Attempt {attempt.number} {what}.", hint="Start a new attempt to ask everything anew.")
    for each in attempt.configurations:
        require_unchanged(ctx, Configuration.model_validate(each))
    attempt.state, attempt.error, attempt.ended_at = "queued", None, None
    attempt.run_id = None  # of whoever queues it, or of the run that begins
    return attempt


def cancel_attempt(ctx: Context, experiment_id: str, number: int) -> Attempt:
    """End an attempt within two seconds; every answer that is there stays."""
    ctx.require("experiments:write")
    attempt = _running(ctx, experiment_id, number)
    cancel_run(ctx, attempt.run_id or "")
    return attempt


def finish_attempt(ctx: Context, experiment_id: str, number: int) -> Attempt:
    """Ask nothing more, let what is being asked come to its end, and compare what there is."""
    ctx.require("experiments:write")
    attempt = _running(ctx, experiment_id, number)
    finish_run(ctx, attempt.run_id or "")
    return attempt


def require_affordable(ctx: Context, document: ExperimentDocument, configurations: list[Configuration]) -> None:
    """Raise Invalid for a budget in USD where nobody knows a price: it could not be held."""
    judges = scoring_llms(ctx, document)
    unknown = {llm.name for llm in (*(each.llm for each in configurations), *judges) if llm.prices is None}
    if unknown and document.budget.usd is not None:
        message = f"Nobody knows what {', '.join(sorted(unknown))} costs, so that a budget in USD cannot be held."
        hint = "State the prices with the LLM, or limit tokens instead."
        raise Invalid(message, hint=hint, fields=[FieldError(("budget", "usd"), message)])


def require_retrievers(document: ExperimentDocument) -> None:
    """Raise Invalid for a retriever that is of no kind known here."""
    for place, (_, strategy) in enumerate(document.parsed_strategies):
        if strategy.retriever is not None:
            family("retriever").parse(strategy.retriever, path=("strategies", place))


def scoring_llms(ctx: Context, document: ExperimentDocument) -> list[FrozenLlm]:
    """Return the LLMs that judge; raise NotFound for one that is not there."""
    return [freeze_llm(find_llm(ctx, scorer.llm)) for _, scorer in document.parsed_scorers if scorer.llm]


def _queued(ctx: Context, attempt: Attempt) -> str:
    """Queue a run that works on the attempt and return its id."""
    job: Job = family("job").parse({"kind": "experiment", "attempt": attempt.id})
    return submit(ctx, job).id


def _limited(stated: dict[str, Any], limit: int | None) -> ExperimentDocument:
    document = parse_document(stated)
    if limit is None:
        return document
    fewer = min(limit, document.samples.limit or limit)
    return parse_document({**stated, "samples": {**document.samples.model_dump(mode="json"), "limit": fewer}})


def _next_number(ctx: Context, experiment_id: str) -> int:
    mine = visible_attempts(ctx).where(Attempt.experiment_id == experiment_id).subquery()
    return int(ctx.session.scalar(select(func.coalesce(func.max(mine.c.number), 0))) or 0) + 1


def _require_none_live(ctx: Context, experiment_id: str) -> None:
    mine = visible_attempts(ctx).where(Attempt.experiment_id == experiment_id, Attempt.state.in_(LIVE_ATTEMPTS))
    if live := ctx.session.scalar(mine.limit(1)):
        hint = "Wait for it, or cancel it first."
        raise Conflict(f"Attempt {live.number} of this experiment is {live.state}.", hint=hint)


def _running(ctx: Context, experiment_id: str, number: int) -> Attempt:
    attempt = get_attempt(ctx, experiment_id, number)
    if attempt.state not in LIVE_ATTEMPTS or attempt.run_id is None:
        raise Conflict(f"Attempt {number} has {attempt.state} already.")
    return attempt
