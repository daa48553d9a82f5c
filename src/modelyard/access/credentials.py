"""Secrets: random tokens, their hashes, passwords, and the token that ties a form to a session."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from modelyard.kernel.errors import FieldError, Invalid

if TYPE_CHECKING:
    from pwdlib import PasswordHash

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200
"""Argon2 takes time in proportion: longer input is only a way to make the server work."""
MIN_PASSWORD_SCORE = 3
"""zxcvbn's scale 0–4; 3 withstands about 10^8 guesses."""
MIN_BARE_LENGTH = 6
"""From how many letters and digits on they are judged without the signs around them."""
MIN_KNOWN_LENGTH = 3
"""Shorter parts of a name or an e-mail stand in many good passwords."""
_KIBIBYTES = 19 * 1024
"""Argon2id with 19 MiB, two passes, one lane: OWASP's first choice for servers."""
_at_once = BoundedSemaphore(2)
"""A burst of sign-ins must not take the memory of a small host."""


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

    return PasswordHash((Argon2Hasher(memory_cost=_KIBIBYTES, time_cost=2, parallelism=1),))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    with _at_once:
        return _hasher().hash(_same_everywhere(password))


def _same_everywhere(password: str) -> str:
    """Return what keyboards that compose letters differently agree on (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


def verify_password(password: str, stored: str | None) -> bool:
    """Say whether the password is right; takes as long for an unknown user as for a known one."""
    expected = stored or _nobodys_hash()
    with _at_once:
        is_right = _hasher().verify(_same_everywhere(password[: MAX_PASSWORD_LENGTH + 1]), expected)
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
    parts = [part.lower() for word in known for part in (word, *re.split(r"[\W_]+", word)) if part]
    bare = re.sub(r"[\W_]+", "", password).lower()
    if _is_made_of(bare, parts):
        return "The password is made of your name or e-mail."
    score, why = _judged(password, parts)
    is_padded = len(bare) >= MIN_BARE_LENGTH and _judged(bare, parts)[0] <= 1
    if score < MIN_PASSWORD_SCORE or is_padded:
        return f"The password is too common. {why}."
    return None


def _is_made_of(bare: str, parts: list[str]) -> bool:
    rest = bare
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "") if len(part) >= MIN_KNOWN_LENGTH else rest
    return rest != bare and len(rest) < MIN_BARE_LENGTH


def _judged(password: str, known: list[str]) -> tuple[int, str]:
    from zxcvbn import zxcvbn

    # zxcvbn takes time quadratic in the length; its verdict does not change after 72 characters.
    judged = zxcvbn(password[:72], user_inputs=["modelyard", *known])
    return judged["score"], (judged["feedback"]["warning"] or "It can be guessed quickly").rstrip(".")
