"""What a worker tidies in the access room."""

from datetime import timedelta

from sqlalchemy import delete

from modelyard.access.attempts import ATTEMPTS_KEPT
from modelyard.access.tables import OneTimeLink, SignIn, SignInAttempt
from modelyard.kernel.yard import Yard


def forget_old_sign_ins(yard: Yard) -> None:
    """Remove expired sessions and links, and attempts that are old."""
    now = yard.clock()
    with yard.sessions.begin() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < now - timedelta(days=1)))
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPTS_KEPT))
