"""Sign-in attempts: written down, and limited per e-mail and per address, across restarts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, func, select

from modelyard.access.tables import SignInAttempt
from modelyard.kernel.context import ANONYMOUS, Context
from modelyard.kernel.db import take_turns
from modelyard.kernel.errors import TooManyRequests
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard

log = structlog.get_logger()

WINDOW = timedelta(minutes=15)
MAX_FAILURES_PER_EMAIL = 5
MAX_FAILURES_PER_ADDRESS = 30
"""More than one person may sit behind an address."""
ATTEMPTS_KEPT = timedelta(days=90)


class TooManyAttempts(TooManyRequests):
    """Too many failed sign-ins; wait."""

    retry_after_seconds = int(WINDOW.total_seconds())
    default_hint = "Wait a quarter of an hour, or use a sign-in link: `modelyard user link E-MAIL` on the server."


def begin_attempt(yard: Yard, email: str, address: str) -> str:
    """Count an attempt as failed before its password is looked at and return its id; raise TooManyAttempts.

    In a transaction of its own: it stays when the sign-in fails, and many guesses at once count each other.
    """
    with yard.context(ANONYMOUS) as ctx:
        take_turns(ctx.session, f"sign-in {email or address}")
        _require_attempts_left(ctx, email, address)
        row = SignInAttempt(id=new_id("at"), at=ctx.clock(), email=email, address=address, has_succeeded=False)
        ctx.session.add(row)
        return row.id


@contextmanager
def counted_attempt(yard: Yard, email: str, address: str) -> Iterator[None]:
    """Count what happens inside as an attempt, failed when it raises; raise TooManyAttempts beforehand."""
    attempt = begin_attempt(yard, email, address)
    yield
    note_success(yard, attempt, email)


def note_success(yard: Yard, attempt_id: str, email: str) -> None:
    """Note that an attempt was right, and whose it was."""
    with yard.context(ANONYMOUS) as ctx:
        attempt = ctx.session.get_one(SignInAttempt, attempt_id)
        attempt.has_succeeded, attempt.email = True, email
    log.info("signed in", address=attempt.address)


def _require_attempts_left(ctx: Context, email: str, address: str) -> None:
    # A link names nobody: its attempts count for the address alone.
    by_email = _failures(ctx, SignInAttempt.email == email) if email else 0
    by_address = _failures(ctx, SignInAttempt.address == address)
    if by_email >= MAX_FAILURES_PER_EMAIL or by_address >= MAX_FAILURES_PER_ADDRESS:
        log.warning("sign-in refused: too many attempts", address=address)
        raise TooManyAttempts("Too many failed sign-ins.")


def _failures(ctx: Context, chosen: ColumnElement[bool]) -> int:
    is_late = SignInAttempt.at > ctx.clock() - WINDOW
    query = select(func.count()).select_from(SignInAttempt)
    return ctx.session.scalar(query.where(chosen, is_late, SignInAttempt.has_succeeded.is_(False))) or 0
