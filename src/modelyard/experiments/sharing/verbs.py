"""What can be done with links for readers: make one, look, take it back, and read what it leads to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from modelyard.access.credentials import new_token, token_hash
from modelyard.experiments.tables import Experiment
from modelyard.experiments.verbs import get_attempt, get_experiment
from modelyard.kernel.context import ANONYMOUS, Actor, Context
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.yard import Yard

GONE = "This link leads to nothing: it was taken back, or never was."


class LinkEnded(NotFound):
    """The link was given for some days, and these are over."""

    status = 410
    default_hint = "Ask whoever gave it to you for another one."


@dataclass(frozen=True)
class Reading:
    """What a link lets its reader see: one attempt, as a reader who may do nothing else."""

    reader: Actor
    experiment_id: str
    number: int
    is_with_answers: bool
    ends_at: datetime | None
    """When the link ends by itself; None: when it is taken back."""


def share_experiment(
    ctx: Context, experiment_id: str, number: int, *, is_with_answers: bool = False, lasts: timedelta | None = None
) -> tuple[Experiment, str]:
    """Let whoever has a link see the results of an attempt; return the token in it, which is kept nowhere.

    A link that was given away before leads to nothing from now on. Questions, answers, prompts and passages are shown
    only when asked for. It leads to them until it is taken back, or as long as it `lasts`. Raises Conflict before the
    attempt is compared.
    """
    ctx.require("experiments:write")
    row = get_experiment(ctx, experiment_id)
    if get_attempt(ctx, experiment_id, number).results_hash is None:
        raise Conflict(f"Attempt {number} is not compared yet.", hint="Share it when its run has ended.")
    token = new_token()
    row.share_digest, row.shared_at = token_hash(token), ctx.clock()
    row.share_ends_at = None if lasts is None else ctx.clock() + lasts
    row.shared_number, row.is_shared_with_answers = number, is_with_answers
    return row, token


def unshare_experiment(ctx: Context, experiment_id: str) -> None:
    """Take the link back; nothing happens when there is none."""
    ctx.require("experiments:write")
    row = get_experiment(ctx, experiment_id)
    row.share_digest, row.shared_at, row.share_ends_at = None, None, None
    row.shared_number, row.is_shared_with_answers = None, False


def find_shared(yard: Yard, token: str) -> Reading:
    """Return what a link lets its reader see; raise NotFound, LinkEnded when its time is over."""
    with yard.context(ANONYMOUS, writes=False) as ctx:
        row = ctx.session.scalar(_shared(token))
        if row is None or row.shared_number is None:
            raise NotFound(GONE)
        ends_at = row.share_ends_at
        if ends_at is not None and ends_at <= ctx.clock():
            raise LinkEnded(f"This link ended on {ends_at.day} {ends_at:%B %Y}.")
        reader = Actor(id=row.owner_id, name="reader", scopes=frozenset({"experiments:read"}))
        return Reading(reader, row.id, row.shared_number, row.is_shared_with_answers, ends_at)


def require_answers(reading: Reading) -> None:
    """Raise NotFound where the link shows no answers."""
    if not reading.is_with_answers:
        raise NotFound("This link shows results without the answers.", hint="Ask whoever gave it to you.")


def _shared(token: str) -> Select[Experiment]:
    return select(Experiment).where(Experiment.share_digest == token_hash(token))
