"""A run that acts for its owner: a yard of its own, so that no transaction stays open while an LLM is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager

from modelyard.access.actors import full_scopes
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.runs.job import JobContext


@contextmanager
def acting_for_owner(ctx: JobContext) -> Iterator[tuple[Yard, Actor]]:
    """Yield the yard and the run's owner, who may do everything that the owner may."""
    yard = Yard.open(ctx.settings)
    try:
        yield yard, Actor(id=ctx.owner_id, name="run", scopes=full_scopes())
    finally:
        yard.close()
