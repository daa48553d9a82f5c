"""Who sees which experiments."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from modelyard.experiments.tables import Attempt, Experiment, ExperimentAnswer
from modelyard.kernel.context import Context


def visible_experiments(ctx: Context) -> Select[Experiment]:
    """Return the experiments of the actor."""
    return select(Experiment).where(Experiment.owner_id == ctx.actor.id)


def visible_attempts(ctx: Context) -> Select[Attempt]:
    """Return the attempts of the actor."""
    return select(Attempt).where(Attempt.owner_id == ctx.actor.id)


def visible_known_answers(owner_id: str, digests: Sequence[str]) -> Select[ExperimentAnswer]:
    """Return the owner's answers to questions that are the same in every respect, for a run that acts for the owner."""
    return select(ExperimentAnswer).where(
        ExperimentAnswer.owner_id == owner_id, ExperimentAnswer.content_digest.in_(digests)
    )
