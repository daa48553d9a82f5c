"""Who acts, on what: the first parameter of every verb."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.clock import Clock
from modelyard.kernel.errors import Forbidden, Unauthenticated
from modelyard.kernel.settings import Settings

Scope = Literal[
    "data:read",
    "data:write",
    "workflows:read",
    "workflows:write",
    "runs:read",
    "runs:write",
    "models:read",
    "models:write",
    "endpoints:read",
    "endpoints:write",
    "endpoints:call",
    "collections:read",
    "collections:write",
    "llms:read",
    "llms:write",
    "deploy:read",
    "deploy:write",
    "experiments:read",
    "experiments:write",
    "account:read",
    "account:write",
]


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, or nobody (`id` None) with no scopes.

    `key_id` is the API key that a program came with; `bound_to` the id of the one endpoint it may use, None: all.
    """

    id: str | None
    name: str
    email: str | None = None
    scopes: frozenset[Scope] = frozenset()
    is_owner: bool = False
    key_id: str | None = None
    bound_to: str | None = None


ANONYMOUS = Actor(id=None, name="nobody")


@dataclass(frozen=True)
class Context:
    """What a verb needs: actor, session, settings, artifacts, clock. The door that made it commits."""

    actor: Actor
    session: Session
    settings: Settings
    artifacts: ArtifactStore
    clock: Clock

    def require(self, scope: Scope) -> str:
        """Return the actor's id, or raise when the actor lacks `scope`."""
        if self.actor.id is None:
            raise Unauthenticated("Nobody is signed in.")
        if scope not in self.actor.scopes:
            raise Forbidden(f"This needs the scope {scope!r}.", hint="Make an API key with that scope in Settings.")
        return self.actor.id


class Contexts(Protocol):
    """Where Contexts are opened: a yard, or a collection that is served by itself."""

    def context(self, actor: Actor, *, writes: bool = True) -> AbstractContextManager[Context]:
        """Return a Context for `actor` to be entered; it commits at its end, and rolls back on an error."""
