"""Who asks, on the terminal: the local owner, on the yard that the environment names."""

from collections.abc import Iterator
from contextlib import contextmanager

from modelyard.access.verbs import ensure_local_owner
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard


@contextmanager
def local_yard() -> Iterator[tuple[Yard, Actor]]:
    """Yield the yard of this environment, at the newest schema, and its owner."""
    settings = Settings()
    upgrade(settings)
    yard = Yard.open(settings)
    try:
        with yard.context(ANONYMOUS) as ctx:
            owner = ensure_local_owner(ctx)
        yield yard, owner
    finally:
        yard.close()
