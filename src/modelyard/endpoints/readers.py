"""Readers: whose a conversation is. A signed-in person is one; anybody else gets a signed token, never a chosen id."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Unauthenticated
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard

READER_HEADER = "X-Reader-Token"
_PURPOSE = b"reader token 1"
_LONGEST = 200


class WrongReaderToken(Unauthenticated):
    """The token is not one of ours, is for another endpoint, or has expired."""

    default_hint = f"Ask again without {READER_HEADER}: a new one comes with the answer, and a new conversation begins."

    @property
    def headers(self) -> dict[str, str]:
        """Return nothing: a browser must not ask for a password."""
        return {}


@dataclass(frozen=True)
class Reader:
    """Who reads; `token` is what proves it the next time, None for people who are signed in."""

    id: str
    token: str | None


def reader_of(yard: Yard, actor: Actor, endpoint_id: str, token: str | None) -> Reader:
    """Return the reader that a token names, else the signed-in person, else a new one; raise WrongReaderToken.

    A token past half its life is replaced by a fresh one for the same reader.
    """
    if token:
        reader_id, issued_at, expires_at = _opened(yard, endpoint_id, token)
        is_fresh = yard.clock() - issued_at < (expires_at - issued_at) / 2
        return Reader(reader_id, token if is_fresh else token_for(yard, endpoint_id, reader_id))
    if actor.id is not None and actor.bound_to is None:
        return Reader(actor.id, None)
    reader_id = new_id("rd")
    return Reader(reader_id, token_for(yard, endpoint_id, reader_id))


def token_for(yard: Yard, endpoint_id: str, reader_id: str) -> str:
    """Return a token that names a reader of one endpoint for as long as conversations are kept."""
    issued_at = yard.clock()
    expires_at = issued_at + yard.settings.conversations_kept
    told = f"{reader_id}.{int(issued_at.timestamp())}.{int(expires_at.timestamp())}"
    return f"{told}.{_signature(yard, endpoint_id, told)}"


def _opened(yard: Yard, endpoint_id: str, token: str) -> tuple[str, datetime, datetime]:
    told, _, signature = token.rpartition(".")
    is_ours = len(token) <= _LONGEST and hmac.compare_digest(
        signature.encode("utf-8", "replace"), _signature(yard, endpoint_id, told).encode()
    )
    if not is_ours:
        raise WrongReaderToken("The reader token is not valid for this endpoint.")
    reader_id, issued, expires = told.split(".")
    expires_at = datetime.fromtimestamp(int(expires), UTC)
    if expires_at <= yard.clock():
        raise WrongReaderToken("The reader token has expired.")
    return reader_id, datetime.fromtimestamp(int(issued), UTC), expires_at


def _signature(yard: Yard, endpoint_id: str, told: str) -> str:
    key = hmac.new(yard.secret_key, _PURPOSE, hashlib.sha256).digest()
    signed = hmac.new(key, f"{endpoint_id}\n{told}".encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
