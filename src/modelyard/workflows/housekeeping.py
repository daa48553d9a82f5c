"""What a worker tidies in this room: kept results of steps beyond the room there is for them."""

import time
from collections import Counter
from dataclasses import dataclass

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from modelyard.access.actors import full_scopes
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.holding import all_held
from modelyard.kernel.yard import Yard
from modelyard.runs.tables import FINAL_STATES, Run
from modelyard.workflows.graph import Graph
from modelyard.workflows.results import kept_for
from modelyard.workflows.tables import StepCache, Workflow

log = structlog.get_logger()

EVERY_SECONDS = 3600.0
MOST_AT_ONCE = 1000
"""Rows removed in one pass, while nobody else can write to a SQLite database; the rest follows at the next one."""

RowKey = tuple[str, str]
Sizes = dict[str, int]


@dataclass
class StepPruning:
    """Prunes once an hour, at the first heartbeat at which no run is going on."""

    done_at: float | None = None

    def __call__(self, yard: Yard) -> None:
        """Look whether it is time."""
        now = time.monotonic()
        if (self.done_at is None or now - self.done_at > EVERY_SECONDS) and prune_steps(yard):
            self.done_at = now


def prune_steps(yard: Yard) -> bool:
    """Remove the least recently used results beyond `step_cache_bytes`; return False when runs are going on.

    What a saved workflow shows (its latest run, and what holds of the graph as it is saved) always stays. Bytes go
    only when no row of any room names them. While a run is going on nothing is removed: it may be about to refer to
    bytes that it found in the store.
    """
    sizes = _measured(yard)
    if sum(sizes.values()) <= yard.settings.step_cache_bytes:
        return True
    with yard.sessions.begin() as session:
        _keep_runs_out(session)
        if session.scalar(select(Run.id).where(Run.state.not_in(FINAL_STATES)).limit(1)) is not None:
            return False
        rows = list(session.scalars(select(StepCache)))
        doomed = _least_recently_used(rows, sizes, _shown(yard, session), yard.settings.step_cache_bytes)
        for digest in _unreferenced(session, rows, doomed):
            yard.artifacts.delete(digest)  # a row that outlives its bytes is not whole, and made anew
        for row in doomed:
            session.delete(row)
    log.info("kept results removed", rows=len(doomed))
    return True


def digests(row: StepCache) -> set[str]:
    """Return the artifacts that a kept result refers to."""
    named = {digest for output in row.outputs.values() for name, digest in output.items() if name != "shape"}
    return {row.result_hash, *named}


def _measured(yard: Yard) -> Sizes:
    """Return the bytes of each artifact of the cache that nothing else names; each is measured once in its life."""
    with yard.readers() as session:
        rows = list(session.scalars(select(StepCache)))
        elsewhere = all_held(session)
    fresh = [row for row in rows if row.sizes is None]
    for row in fresh:
        row.sizes = {digest: yard.artifacts.size_bytes(digest) or 0 for digest in digests(row)}
    with yard.sessions.begin() as session:
        for row in fresh:
            if (kept := session.get(StepCache, (row.owner_id, row.key))) is not None and digests(kept) == digests(row):
                kept.sizes = row.sizes
    sizes: Sizes = {}
    for row in rows:
        sizes |= row.sizes or {}
    return {digest: n_bytes for digest, n_bytes in sizes.items() if digest not in elsewhere}


def _least_recently_used(rows: list[StepCache], sizes: Sizes, shown: set[RowKey], limit: int) -> list[StepCache]:
    """Return rows to remove until what is left fits; bytes that several rows share go with the last of them."""
    left = Counter(digest for row in rows for digest in digests(row))
    total = sum(sizes.get(digest, 0) for digest in left)
    doomed: list[StepCache] = []
    for row in sorted(rows, key=lambda row: row.used_at or row.created_at):
        if total <= limit or len(doomed) == MOST_AT_ONCE:
            break
        if (row.owner_id, row.key) in shown:
            continue
        doomed.append(row)
        for digest in digests(row):
            left[digest] -= 1
            total -= sizes.get(digest, 0) if left[digest] == 0 else 0
    return doomed


def _shown(yard: Yard, session: Session) -> set[RowKey]:
    """Return the rows that saved workflows show, whoever owns them."""
    found: set[RowKey] = set()
    for workflow in session.scalars(select(Workflow)):
        actor = Actor(id=workflow.owner_id, name="housekeeping", scopes=full_scopes())
        ctx = Context(actor, session, yard.settings, yard.artifacts, yard.clock)
        found |= {(row.owner_id, row.key) for row in kept_for(ctx, workflow.id, Graph.read(workflow.graph))}
    return found


def _unreferenced(session: Session, rows: list[StepCache], doomed: list[StepCache]) -> set[str]:
    going = {(row.owner_id, row.key) for row in doomed}
    staying = {digest for row in rows if (row.owner_id, row.key) not in going for digest in digests(row)}
    return {digest for row in doomed for digest in digests(row)} - staying - all_held(session)


def _keep_runs_out(session: Session) -> None:
    """Let no worker claim a run until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE runs IN SHARE MODE"))
