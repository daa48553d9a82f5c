"""What can be done with experiments: write one down, look, change, delete."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.ownership import visible_attempts, visible_experiments
from modelyard.experiments.tables import LIVE_ATTEMPTS, Attempt, Experiment, ExperimentReport
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, Invalid, NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import field_errors


def parse_document(document: dict[str, Any]) -> ExperimentDocument:
    """Return what a document states; raise Invalid with the path of each wrong field."""
    try:
        parsed = ExperimentDocument.model_validate(document)
    except ValidationError as error:
        fields = field_errors(error)
        where = ".".join(map(str, fields[0].path))
        raise Invalid(f"{where}: {fields[0].message}" if where else fields[0].message, fields=fields) from None
    _ = parsed.parsed_strategies, parsed.parsed_scorers
    return parsed


def create_experiment(ctx: Context, document: dict[str, Any]) -> Experiment:
    """Write an experiment down; nothing is asked yet."""
    owner_id = ctx.require("experiments:write")
    parsed = parse_document(document)
    row = Experiment(
        id=new_id("ex"),
        owner_id=owner_id,
        name=parsed.name,
        description=parsed.description,
        document=parsed.model_dump(mode="json"),
        document_digest=parsed.digest,
        created_at=ctx.clock(),
        changed_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def list_experiments(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[Experiment]:
    """Return experiments, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("experiments:read")
    chosen = visible_experiments(ctx).where(Experiment.name.icontains(search, autoescape=True))
    if cursor:
        chosen = chosen.where(Experiment.id < cursor)
    return list(ctx.session.scalars(chosen.order_by(Experiment.id.desc()).limit(limit)))


def get_experiment(ctx: Context, experiment_id: str) -> Experiment:
    """Return one experiment; raise NotFound."""
    ctx.require("experiments:read")
    row = ctx.session.scalar(visible_experiments(ctx).where(Experiment.id == experiment_id))
    if row is None:
        raise NotFound(f"There is no experiment {experiment_id!r}.")
    return row


def change_experiment(ctx: Context, experiment_id: str, document: dict[str, Any]) -> Experiment:
    """Write another document in place of the present one; attempts keep the one they were made with."""
    ctx.require("experiments:write")
    row = get_experiment(ctx, experiment_id)
    parsed = parse_document(document)
    row.name, row.description = parsed.name, parsed.description
    row.document, row.document_digest = parsed.model_dump(mode="json"), parsed.digest
    row.changed_at = ctx.clock()
    return row


def delete_experiment(ctx: Context, experiment_id: str) -> None:
    """Remove an experiment with its attempts and their answers; raise Conflict while one runs."""
    ctx.require("experiments:write")
    row = get_experiment(ctx, experiment_id)
    attempts = list_attempts(ctx, experiment_id)
    if any(attempt.state in LIVE_ATTEMPTS for attempt in attempts):
        raise Conflict(f"{row.name!r} is running.", hint="Cancel its run first.")
    hashes = [digest for each in attempts for digest in (each.results_hash, each.scores_hash)]
    made = select(ExperimentReport.hash).where(ExperimentReport.attempt_id.in_([each.id for each in attempts]))
    hashes += ctx.session.scalars(made)
    ctx.session.delete(row)
    forget_after_commit(ctx, hashes)


def list_attempts(ctx: Context, experiment_id: str) -> list[Attempt]:
    """Return the attempts of an experiment, newest first."""
    ctx.require("experiments:read")
    mine = visible_attempts(ctx).where(Attempt.experiment_id == experiment_id)
    return list(ctx.session.scalars(mine.order_by(Attempt.number.desc())))


def latest_attempts(ctx: Context, experiment_ids: Sequence[str]) -> dict[str, Attempt]:
    """Return the latest attempt of each experiment that has one, by the experiment's id."""
    ctx.require("experiments:read")
    mine = visible_attempts(ctx).where(Attempt.experiment_id.in_(experiment_ids))
    later = aliased(Attempt)
    is_latest = ~exists().where(later.experiment_id == Attempt.experiment_id, later.number > Attempt.number)
    return {row.experiment_id: row for row in ctx.session.scalars(mine.where(is_latest))}


def get_attempt(ctx: Context, experiment_id: str, number: int | None = None) -> Attempt:
    """Return an attempt by its number, or the latest one; raise NotFound."""
    ctx.require("experiments:read")
    mine = visible_attempts(ctx).where(Attempt.experiment_id == experiment_id)
    if number is not None:
        mine = mine.where(Attempt.number == number)
    row = ctx.session.scalar(mine.order_by(Attempt.number.desc()).limit(1))
    if row is None:
        what = f"no attempt {number}" if number is not None else "no attempt yet"
        raise NotFound(f"There is {what} of the experiment {experiment_id!r}.")
    return row
