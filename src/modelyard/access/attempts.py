"""Sign-in attempts: written down, and limited per e-mail and per address, across restarts."""

from datetime import timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modelyard.access.tables import SignInAttempt
from modelyard.kernel.context import Context
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


def require_attempts_left(ctx: Context, email: str, address: str) -> None:
    """Raise TooManyAttempts when this e-mail or this address failed too often lately."""
    by_email = _failures(ctx.session, ctx, SignInAttempt.email == email)
    by_address = _failures(ctx.session, ctx, SignInAttempt.address == address)
    if by_email >= MAX_FAILURES_PER_EMAIL or by_address >= MAX_FAILURES_PER_ADDRESS:
        log.warning("sign-in refused: too many attempts", address=address)
        raise TooManyAttempts("Too many failed sign-ins.")


def _failures(session: Session, ctx: Context, chosen: object) -> int:
    since = ctx.clock() - WINDOW
    query = select(func.count()).select_from(SignInAttempt)
    query = query.where(chosen, SignInAttempt.at > since, SignInAttempt.has_succeeded.is_(False))  # type: ignore[arg-type]
    return session.scalar(query) or 0


def note_attempt(yard: Yard, email: str, address: str, *, has_succeeded: bool) -> None:
    """Write an attempt down in a transaction of its own: it stays when the sign-in itself is rolled back."""
    log.info("sign-in", address=address, succeeded=has_succeeded)
    row = SignInAttempt(id=new_id("at"), at=yard.clock(), email=email, address=address, has_succeeded=has_succeeded)
    with yard.sessions.begin() as session:
        session.add(row)
