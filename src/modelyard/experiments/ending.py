"""How attempts end: written in the transaction that ends their run."""

from typing import Any

from modelyard.experiments.counting import recount
from modelyard.experiments.tables import Attempt
from modelyard.kernel.context import Context
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.kinds import family
from modelyard.runs.job import Job
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit


def end_attempt(ctx: Context, attempt: Attempt | None, result: dict[str, Any]) -> None:
    """Write down how a run left its attempt: `state`, `error`, and the comparison; None: the attempt is gone."""
    ctx.require("experiments:write")
    if attempt is None:
        return
    recount(ctx.session, attempt)
    attempt.state, attempt.error, attempt.ended_at = result["state"], result["error"], ctx.clock()
    keep_results(ctx, attempt, result)


def break_attempt(ctx: Context, attempt: Attempt | None, run: Run) -> None:
    """Write down that a run of the attempt failed or was cancelled; have what was answered compared."""
    ctx.require("experiments:write")
    if attempt is None or attempt.run_id not in (run.id, None):
        return
    recount(ctx.session, attempt)
    attempt.state = "cancelled" if run.state == "cancelled" else "failed"
    attempt.error = (run.error or {}).get("message", "")[:2000] or None
    attempt.ended_at = ctx.clock()
    if attempt.n_done:
        job: Job = family("job").parse({"kind": "compare_attempt", "attempt": attempt.id})
        submit(ctx, job)


def keep_results(ctx: Context, attempt: Attempt, result: dict[str, Any]) -> None:
    """Put a comparison in the place of the one before."""
    ctx.require("experiments:write")
    before = [attempt.results_hash, attempt.scores_hash]
    attempt.results_hash, attempt.scores_hash = result.get("results_hash"), result.get("scores_hash")
    forget_after_commit(ctx, before)
