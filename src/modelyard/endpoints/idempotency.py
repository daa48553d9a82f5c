"""Requests that may be sent twice: the answer to an idempotency key is kept, and given again to the same request."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from modelyard.endpoints.tables import KeptAnswer
from modelyard.endpoints.verbs import require_endpoint
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, ModelyardError
from modelyard.kernel.yard import Yard

log = structlog.get_logger()

ANSWERS_KEPT = timedelta(hours=24)
GIVEN_UP_AFTER = timedelta(minutes=5)
"""A request in flight for longer died with its process: whoever asks again takes its place."""


class StillRunning(Conflict):
    """The first request with this key is not answered yet."""

    def __init__(self) -> None:
        message = "The first request with this Idempotency-Key is being answered."
        super().__init__(message, hint="Send it again in a second: its answer is given then.")

    @property
    def headers(self) -> dict[str, str]:
        """Return when to come back."""
        return {"Retry-After": "1"}


class ReplayedRefusal(ModelyardError):
    """What the first request with this key was refused with."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        fields = [FieldError(tuple(field["path"]), field["message"]) for field in document["fields"]]
        super().__init__(document["detail"], hint=document["hint"], fields=fields)
        self.status, self._code = status, str(document["error"])

    @property
    def code(self) -> str:
        """The name of the error that it was."""
        return self._code

    @property
    def headers(self) -> dict[str, str]:
        """Return that it is not a new answer."""
        return REPLAYED


REPLAYED = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True)
class Kept:
    """An answer, new or given again."""

    status: int
    body: str
    is_replayed: bool = False


@dataclass(frozen=True)
class Asking:
    """Who asks what (`of` which route) of an endpoint with which key; `fingerprint` tells one request from another."""

    yard: Yard
    actor: Actor
    endpoint_id: str
    of: str
    key: str
    fingerprint: str

    @property
    def id(self) -> str:
        """Return the id under which the answer is kept: a key counts for one caller, endpoint and route."""
        who = self.actor.key_id or self.actor.id or ""
        return hashlib.sha256("\n".join((self.endpoint_id, who, self.of, self.key)).encode()).hexdigest()


def fingerprint_of(request: BaseModel) -> str:
    """Return what is equal for equal requests, whatever the order of their names."""
    text = json.dumps(request.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def answer_once(asking: Asking, make: Callable[[], BaseModel], *, status: int = 200) -> Kept:
    """Answer with `make`, or give the kept answer again; what the request is refused with as Invalid is kept too.

    Raises StillRunning while the first one is being answered, Invalid when the key was used for another request.
    """
    kept = claim(asking)
    if kept is not None:
        return kept
    with _released_unless_kept(asking):
        try:
            body = make().model_dump_json()
        except Invalid as error:
            keep(asking, error.status, json.dumps(_document(error)))
            raise
        return keep(asking, status, body)


def claim(asking: Asking) -> Kept | None:
    """Take the key for a request that is answered in pieces, or return the kept answer; raise as `answer_once` does.

    Whoever took it calls `keep` when the answer is whole, else `release`.
    """
    with asking.yard.context(asking.actor) as ctx:
        return _claim(ctx, asking)


def _claim(ctx: Context, asking: Asking) -> Kept | None:
    """Take the key, or return the answer that it has; a request that died is taken over."""
    require_endpoint(ctx, asking.endpoint_id)
    now = ctx.clock()
    if _is_inserted(ctx, asking):
        return None
    row = ctx.session.get_one(KeptAnswer, asking.id)
    is_forgotten = row.created_at <= now - ANSWERS_KEPT
    if not is_forgotten and row.fingerprint != asking.fingerprint:
        message = "This Idempotency-Key was used for another request."
        raise Invalid(message, hint="Send a new key with every new request; repeat a key only with the same body.")
    if not is_forgotten and row.status is not None:
        return _replayed(row.status, row.body or "")
    _take_over(ctx, asking, row)
    return None


def _is_inserted(ctx: Context, asking: Asking) -> bool:
    dialect = postgresql if ctx.session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"id": asking.id, "endpoint_id": asking.endpoint_id, "fingerprint": asking.fingerprint}
    fresh = dialect.insert(KeptAnswer).values(**values, created_at=ctx.clock()).on_conflict_do_nothing()
    return ctx.session.scalar(fresh.returning(KeptAnswer.id)) is not None


def _take_over(ctx: Context, asking: Asking, row: KeptAnswer) -> None:
    now = ctx.clock()
    if row.status is None and row.created_at > now - GIVEN_UP_AFTER:
        raise StillRunning
    mine = update(KeptAnswer).where(KeptAnswer.id == asking.id, KeptAnswer.created_at == row.created_at)
    anew = mine.values(fingerprint=asking.fingerprint, status=None, body=None, created_at=now)
    if ctx.session.scalar(anew.returning(KeptAnswer.id), execution_options={"synchronize_session": False}) is None:
        raise StillRunning


def _replayed(status: int, body: str) -> Kept:
    if status >= 400:
        raise ReplayedRefusal(status, json.loads(body))
    return Kept(status, body, is_replayed=True)


def _document(error: ModelyardError) -> dict[str, Any]:
    fields = [{"path": list(field.path), "message": field.message} for field in error.fields]
    return {"error": error.code, "detail": error.message, "hint": error.hint, "fields": fields}


def keep(asking: Asking, status: int, body: str) -> Kept:
    """Keep an answer, to be given again."""
    with asking.yard.context(asking.actor) as ctx:
        mine = update(KeptAnswer).where(KeptAnswer.id == asking.id)
        ctx.session.execute(mine.values(status=status, body=body))
    return Kept(status, body)


@contextmanager
def _released_unless_kept(asking: Asking) -> Iterator[None]:
    """Free the key when there is no answer worth keeping: asked too often, not found, or a fault of ours."""
    try:
        yield
    except BaseException:
        release(asking)
        raise


def release(asking: Asking) -> None:
    """Free the key of a request that came to nothing, so that it can be sent again."""
    with asking.yard.context(asking.actor) as ctx:
        ctx.session.execute(delete(KeptAnswer).where(KeptAnswer.id == asking.id, KeptAnswer.status.is_(None)))


def forget_old_answers(yard: Yard) -> None:
    """Remove answers that are not given again any more."""
    with yard.sessions.begin() as session:
        session.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= yard.clock() - ANSWERS_KEPT))
