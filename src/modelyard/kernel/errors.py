"""The error tree: every error a user can meet, with its status, what happened and what to do.

ModelyardError
├── Unauthenticated   401
├── Forbidden         403
├── NotFound          404
├── Conflict          409
├── TooLarge          413
├── Invalid           422
├── TooManyRequests   429
├── Refused           500   the product refuses to start or to use something unsafe
├── Unavailable       503
└── StorageFull       507
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: the path to it in the request and a sentence."""

    path: tuple[str | int, ...]
    message: str


class ModelyardError(Exception):
    """Base of all domain errors; `message` says what happened, `hint` what to do next."""

    status: int = 500
    default_hint: ClassVar[str | None] = None

    def __init__(self, message: str, *, hint: str | None = None, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint if hint is not None else self.default_hint
        self.fields = tuple(fields)

    @property
    def code(self) -> str:
        """The error's stable name in answers: the class name in snake case."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))

    @property
    def headers(self) -> dict[str, str]:
        """Return what an answer over HTTP says beside its body."""
        return {}


class Unauthenticated(ModelyardError):
    """Nobody is signed in, or the credentials are wrong."""

    status = 401
    default_hint = "Sign in, or send an API key as `Authorization: Bearer …`."

    @property
    def headers(self) -> dict[str, str]:
        """Return how to say who one is."""
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(ModelyardError):
    """The actor is known but may not do this."""

    status = 403


class NotFound(ModelyardError):
    """No such thing, or not visible to this actor (the two are not told apart)."""

    status = 404


class Conflict(ModelyardError):
    """The thing changed meanwhile, or is in a state that does not allow this."""

    status = 409


class TooLarge(ModelyardError):
    """The input is over a limit."""

    status = 413


class Invalid(ModelyardError):
    """The input was understood and is wrong; `fields` says where."""

    status = 422


class TooManyRequests(ModelyardError):
    """A rate limit was reached."""

    status = 429
    retry_after_seconds: int = 60

    @property
    def headers(self) -> dict[str, str]:
        """Return when to come back."""
        return {"Retry-After": str(self.retry_after_seconds)}


class Refused(ModelyardError):
    """A start or a use that would be unsafe."""

    status = 500


class Unavailable(ModelyardError):
    """Something this needs is not there right now."""

    status = 503


class StorageFull(ModelyardError):
    """No space left where the bytes should go."""

    status = 507
    default_hint = "Free some disk space or point MODELYARD_DATA to a larger disk, then try again. Nothing was changed."
