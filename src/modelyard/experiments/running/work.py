"""The work of the job: an attempt is opened, asked, followed and compared."""

import asyncio
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.orm import Session

from modelyard.experiments.counting import set_aside_failed
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.running.examples import Examples
from modelyard.experiments.running.finding import Finders
from modelyard.experiments.running.following import Following
from modelyard.experiments.running.lines import Lines
from modelyard.experiments.running.live import Live
from modelyard.experiments.running.plan import Plan
from modelyard.experiments.running.runner import Runner
from modelyard.experiments.running.scoring import Scoring
from modelyard.experiments.running.writing import Writer
from modelyard.experiments.tables import Attempt
from modelyard.kernel.clock import utc_now
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import ModelyardError, NotFound
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, embedder_for
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext


def work_on(ctx: JobContext, attempt_id: str) -> dict[str, Any]:
    """Ask what is missing of an attempt and compare; return how it ended: `state`, `error` and the comparison."""
    with acting_for_owner(ctx) as (yard, actor):
        attempt = _begun(ctx, attempt_id)
        ctx.step("Opening what is searched", 0.0)
        strategies = ExperimentDocument.model_validate(attempt.document).parsed_strategies
        retrievers = [strategy.retriever for _, strategy in strategies if strategy.retriever is not None]
        finders = Finders(lambda: yard.context(actor, writes=False), retrievers)
        try:
            stopped = asyncio.run(_ask(ctx, yard, actor, attempt, Plan(attempt, finders), finders))
        finally:
            finders.close()
    ctx.step("Comparing", 0.99)
    return {"state": "stopped" if stopped else "succeeded", "error": stopped, **compared(ctx, attempt_id)}


def compared(ctx: JobContext, attempt_id: str) -> dict[str, Any]:
    """Return the artifacts of the comparison of what an attempt has."""
    from modelyard.experiments.comparing.results import make_results

    # A reader: the artifacts may be in the same database, which has one writer.
    with acting_for_owner(ctx) as (yard, _), yard.readers() as session:
        results_hash, scores_hash = make_results(session, ctx.artifacts, attempt_id)
    return {"results_hash": results_hash, "scores_hash": scores_hash}


def _begun(ctx: JobContext, attempt_id: str) -> Attempt:
    """Return the attempt with its samples frozen, as running under this run."""
    from modelyard.experiments.sampling.freezing import freeze_samples

    with ctx.session() as session:
        attempt = session.get(Attempt, attempt_id)
        if attempt is None:
            raise NotFound("The attempt is gone.")
        attempt.run_id, attempt.state = ctx.run_id, "running"
        attempt.began_at = attempt.began_at or utc_now()
        set_aside_failed(session, attempt)
        if attempt.n_samples == 0:
            ctx.step("Reading the samples", 0.0)
            freeze_samples(ctx, session, attempt)
        configurations, document = len(attempt.configurations), attempt.document
        attempt.n_planned = attempt.n_samples * configurations * document["repeats"]
    return attempt


async def _ask(ctx: JobContext, yard: Yard, actor: Actor, attempt: Attempt, plan: Plan, finders: Finders) -> str | None:
    """Ask everything that is missing; return why something is left, None when nothing is."""
    lines = Lines(ctx, yard, actor, plan)
    scorers = plan.document.parsed_scorers
    live = Live([each.name for each in plan.configurations], scorers, plan.n_samples * plan.document.repeats)

    def reading() -> AbstractContextManager[Session]:
        return yard.readers()

    def log(message: str) -> None:
        ctx.log(message, level="error")

    def embedder(named: str | None) -> Client:
        with yard.context(actor, writes=False) as context:
            return embedder_for(context, named)

    with reading() as session:
        live.remember(session, plan.attempt_id)
    writer = Writer(ctx.session, plan.attempt_id)
    scoring = Scoring(scorers, lines.judging.__getitem__, embedder, log)
    draw = Examples(reading, plan.attempt_id)
    runner = Runner(
        plan,
        lines.answering,
        scoring=scoring,
        finders=finders,
        draw=draw,
        live=live,
        writer=writer,
        reading=reading,
        log=log,
    )
    following = Following(ctx, attempt, runner, live=live, writer=writer, scoring=scoring, lines=lines)
    watching = asyncio.create_task(following.watch())
    try:
        await runner.run()
    except* ModelyardError as errors:
        raise _first(errors) from errors
    finally:
        watching.cancel()
        following.end()
        await writer.close()
    return runner.stopped or lines.told_closed()


def _first(errors: BaseExceptionGroup[Any]) -> BaseException:
    """Return one error of a group: what every waiting answer met is one thing."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
