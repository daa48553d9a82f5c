"""Sign-ins and keys: found by their hash, touched at most once a minute."""

from datetime import timedelta

import structlog
from sqlalchemy import Update, select, update

from modelyard.access.credentials import token_hash
from modelyard.access.tables import ApiKey, SignIn, User
from modelyard.kernel.context import ANONYMOUS, Context
from modelyard.kernel.errors import StorageFull, Unavailable
from modelyard.kernel.yard import Yard

log = structlog.get_logger()

TOUCH_AFTER = timedelta(minutes=1)
"""A busy page must not turn every read into a write."""


def find_sign_in(ctx: Context, session_id: str) -> tuple[User, SignIn] | None:
    """Return the person behind a sign-in that has not expired."""
    chosen = select(User, SignIn).join(SignIn, SignIn.user_id == User.id)
    row = ctx.session.execute(chosen.where(SignIn.id == session_id, SignIn.expires_at > ctx.clock())).one_or_none()
    return row


def find_key(ctx: Context, key: str) -> tuple[User, ApiKey] | None:
    """Return the person behind a key that is neither revoked nor expired."""
    chosen = select(User, ApiKey).join(ApiKey, ApiKey.user_id == User.id).where(ApiKey.hash == token_hash(key))
    row = ctx.session.execute(chosen).one_or_none()
    if row is None:
        return None
    user, found = row
    is_over = found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= ctx.clock())
    return None if is_over else (user, found)


def touch_sign_in(yard: Yard, sign_in: SignIn) -> bool:
    """Note that a sign-in is in use, which extends it; return whether it was extended."""
    now = yard.clock()
    if now - sign_in.seen_at <= TOUCH_AFTER:
        return False
    values = {"seen_at": now, "expires_at": now + yard.settings.session_lifetime}
    return _note(yard, update(SignIn).where(SignIn.id == sign_in.id).values(**values))


def touch_key(yard: Yard, key: ApiKey) -> None:
    """Note that a key is in use."""
    now = yard.clock()
    if key.used_at is None or now - key.used_at > TOUCH_AFTER:
        _note(yard, update(ApiKey).where(ApiKey.id == key.id).values(used_at=now))


def _note(yard: Yard, statement: Update) -> bool:
    """Write a note in a transaction of its own; a busy or full database must not fail the request for it."""
    try:
        with yard.context(ANONYMOUS) as ctx:
            ctx.session.execute(statement)
    except (Unavailable, StorageFull) as error:
        log.warning("use not noted", why=error.message)
        return False
    return True
