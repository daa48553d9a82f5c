"""What the answers of an attempt come to: counted from the rows, so that a killed run leaves no wrong figure."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from modelyard.experiments.amount import Amount
from modelyard.experiments.tables import Attempt, ExperimentAnswer

FAILED = "error"
"""How an answer ended that is none."""
LOST = "lost"
"""In what the attempt says of its running: what was paid for answers that are not there."""


def recount(session: Session, attempt: Attempt) -> None:
    """Write into the attempt what its answers come to; what was paid in vain counts in its sums."""
    answers = ExperimentAnswer
    own = answers.reused_from.is_(None)
    row = session.execute(
        select(
            func.count(),
            _sum(case((answers.ended == FAILED, 1), else_=0)),
            _sum(case((own, 0), else_=1)),
            _sum(case((own, answers.n_input_tokens), else_=0)),
            _sum(case((own, answers.n_output_tokens), else_=0)),
            _sum(case((own, answers.cost_usd), else_=0.0)),
            _sum(case((own & answers.cost_usd.is_(None), 1), else_=0)),
        ).where(answers.attempt_id == attempt.id)
    ).one()
    paid = Amount(int(row[3]), int(row[4]), float(row[5])) + lost_of(attempt)
    attempt.n_done, attempt.n_failed, attempt.n_reused = int(row[0]), int(row[1]), int(row[2])
    attempt.n_input_tokens, attempt.n_output_tokens = paid.n_input_tokens, paid.n_output_tokens
    attempt.spent_usd, attempt.n_unknown_cost = paid.usd, int(row[6])


def set_aside_failed(session: Session, attempt: Attempt) -> None:
    """Move what failed answers took from their rows to the attempt: they are asked again, and were paid for."""
    answers = ExperimentAnswer
    failed = (answers.attempt_id == attempt.id) & (answers.ended == FAILED)
    taken = select(_sum(answers.n_input_tokens), _sum(answers.n_output_tokens), _sum(answers.cost_usd)).where(failed)
    n_input_tokens, n_output_tokens, usd = session.execute(taken).one()
    lost = lost_of(attempt) + Amount(int(n_input_tokens), int(n_output_tokens), float(usd))
    attempt.running = {**attempt.running, LOST: asdict(lost)}
    # A price that nobody knows stays one.
    nothing = {"n_input_tokens": 0, "n_output_tokens": 0, "cost_usd": answers.cost_usd * 0}
    session.execute(update(answers).where(failed).values(**nothing))
    recount(session, attempt)


def lost_of(attempt: Attempt) -> Amount:
    """Return what was paid for answers that are not there: they failed, or were cut off in the middle."""
    return Amount(**attempt.running.get(LOST, {}))


def spent_so_far(session: Session, attempt_id: str) -> Amount:
    """Return what an attempt took until now, scoring included; its tokens count as input."""
    attempt = session.get_one(Attempt, attempt_id)
    recount(session, attempt)
    session.expunge(attempt)  # counted, and written by nobody here
    answers = Amount(attempt.n_input_tokens, attempt.n_output_tokens, attempt.spent_usd)
    return answers + Amount(attempt.n_scoring_tokens, 0, attempt.scoring_usd)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)
