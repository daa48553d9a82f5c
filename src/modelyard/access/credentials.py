"""Secrets: random tokens, their hashes, passwords, and the token that ties a form to a session."""

import hashlib
import hmac
import secrets
from functools import cache
from typing import TYPE_CHECKING

from modelyard.kernel.errors import FieldError, Invalid

if TYPE_CHECKING:
    from pwdlib import PasswordHash

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200
"""Argon2 takes time in proportion: longer input is only a way to make the server work."""
MIN_PASSWORD_SCORE = 3
"""zxcvbn's scale 0–4; 3 withstands about 10^8 guesses."""


def new_token(prefix: str = "") -> str:
    """Return a random token of 256 bits."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a random token; it has entropy enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(key: bytes, session_id: str) -> str:
    """Return the token that a page must send back: bound to the session, so another session's is worth nothing."""
    return hmac.new(key, b"csrf:" + session_id.encode(), hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _hasher().hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Say whether the password is right; takes as long for an unknown user as for a known one."""
    is_right = _hasher().verify(password[:MAX_PASSWORD_LENGTH], stored or _nobodys_hash())
    return is_right and stored is not None


def require_good_password(password: str, *known: str) -> None:
    """Raise Invalid for a password that is short, common, or made of what is known about the person."""
    problem = _problem(password, [word for word in known if word])
    if problem:
        raise Invalid(problem, hint="Four random words make a good one.", fields=[FieldError(("password",), problem)])


def _problem(password: str, known: list[str]) -> str | None:
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"The password needs at least {MIN_PASSWORD_LENGTH} characters."
    if len(password) > MAX_PASSWORD_LENGTH:
        return f"The password may have at most {MAX_PASSWORD_LENGTH} characters."
    from zxcvbn import zxcvbn

    # zxcvbn takes time quadratic in the length; its verdict does not change after 72 characters.
    parts = [part for word in known for part in (word, *word.split("@"))]
    judged = zxcvbn(password[:72], user_inputs=parts)
    if judged["score"] < MIN_PASSWORD_SCORE:
        why = judged["feedback"]["warning"] or "It can be guessed quickly"
        return f"The password is too common. {why.rstrip('.')}."
    return None
