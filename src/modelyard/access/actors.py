"""From a user, a session or a key to the Actor who acts."""

from typing import get_args

from modelyard.access.tables import ApiKey, User
from modelyard.kernel.context import Actor, Scope


def full_scopes() -> frozenset[Scope]:
    """Return all scopes: what a person who signed in has."""
    return frozenset(get_args(Scope))


def actor_of(user: User) -> Actor:
    """Return the actor for a signed-in person."""
    return Actor(id=user.id, name=user.name, email=user.email, scopes=full_scopes(), is_owner=user.is_owner)


def actor_of_key(user: User, key: ApiKey) -> Actor:
    """Return the actor for a program with a key: never more than the key's scopes."""
    scopes = frozenset(scope for scope in full_scopes() if scope in key.scopes)
    return Actor(
        id=user.id,
        name=f"{user.name} ({key.name})",
        email=user.email,
        scopes=scopes,
        is_owner=user.is_owner and key.bound_to is None,
        key_id=key.id,
        bound_to=key.bound_to,
    )
