"""What can be asked of results: those of an attempt, and several attempts on their common samples."""

from collections.abc import Sequence

from modelyard.data.storage import local_copy
from modelyard.experiments.comparing import score_table
from modelyard.experiments.comparing.across import Source, joined
from modelyard.experiments.comparing.compare import compare
from modelyard.experiments.comparing.document import ExperimentResults
from modelyard.experiments.comparing.gathering import gathered
from modelyard.experiments.comparing.results import as_json
from modelyard.experiments.comparing.score_table import ScoreTable
from modelyard.experiments.tables import LIVE_ATTEMPTS, Attempt
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid

MOST_ON_DEMAND = 20_000
"""Answers that are compared while somebody waits; a run compares any number when it ends."""
MOST_ATTEMPTS = 6


def results_json(ctx: Context, experiment_id: str, number: int | None = None) -> bytes:
    """Return the comparison of an attempt as JSON (`ExperimentResults`), as it was stored when its run ended.

    Before that it is made of the answers that are there; raises Conflict where these are too many to wait for.
    """
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    if attempt.results_hash is not None and attempt.state not in LIVE_ATTEMPTS:
        return ctx.artifacts.read_bytes(attempt.results_hash)
    return as_json(compare(score_table_of(ctx, attempt), is_light=True))


def results_of(ctx: Context, experiment_id: str, number: int | None = None) -> ExperimentResults:
    """Return the comparison of an attempt."""
    return ExperimentResults.model_validate_json(results_json(ctx, experiment_id, number))


def score_table_of(ctx: Context, attempt: Attempt) -> ScoreTable:
    """Return the figures of every answer of an attempt: as stored when its run ended, else from its rows."""
    ctx.require("experiments:read")
    if attempt.scores_hash is not None and attempt.state not in LIVE_ATTEMPTS:
        return score_table.read(local_copy(ctx.artifacts, ctx.settings, attempt.scores_hash))
    if attempt.n_done > MOST_ON_DEMAND:
        raise Conflict(
            f"Attempt {attempt.number} has {attempt.n_done:,} answers that are not compared yet.",
            hint="They are compared when its run ends; the scores so far are shown while it runs.",
        )
    return gathered(ctx.session, attempt)


def compare_attempts(ctx: Context, named: Sequence[tuple[str, int | None]]) -> ExperimentResults:
    """Return the configurations of several attempts on the samples that all of them asked.

    A sample is the same where id and question are. `named` are ids of experiments with numbers of attempts, None: the
    latest. Scorers that not all of them have are left out.
    """
    ctx.require("experiments:read")
    wanted = list(dict.fromkeys(named))
    if not 2 <= len(wanted) <= MOST_ATTEMPTS:
        message = f"Name 2 to {MOST_ATTEMPTS} attempts; these are {len(wanted)}."
        raise Invalid(message, hint="with=ex_…:1,ex_…:2", fields=[FieldError(("with",), message)])
    attempts = [get_attempt(ctx, experiment_id, number) for experiment_id, number in wanted]
    sources = [Source(name, score_table_of(ctx, each)) for name, each in zip(_named(attempts), attempts, strict=True)]
    table, notes = joined(sources)
    found = compare(table, is_light=True)
    return found.model_copy(update={"notes": [*notes, *found.notes]})


def _named(attempts: Sequence[Attempt]) -> list[str]:
    """Return what tells configurations of several attempts apart; of one experiment its name says nothing."""
    if len({each.experiment_id for each in attempts}) == 1:
        return [f"Attempt {each.number}" for each in attempts]
    return [f"{each.document['name']} #{each.number}" for each in attempts]
