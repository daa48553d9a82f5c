"""Worked examples out of the samples of an attempt."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from modelyard.experiments.running.plan import sample_of
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Among
from modelyard.experiments.tables import ExperimentSample

SPARE = 6
"""Drawn beyond what is shown: the sample asked, and others with its question, make room for them."""
SEEDS = 8
"""Orders of all samples that are kept in memory; a strategy has one."""
KEPT = 1000
"""Draws that are kept in memory; samples of one group share theirs."""


class Examples:
    """Draws samples with an answer from those that an attempt asks."""

    def __init__(self, session: Callable[[], AbstractContextManager[Session]], attempt_id: str) -> None:
        self._session = session
        self._attempt_id = attempt_id
        self._order = lru_cache(SEEDS)(self._shuffled)
        self._members = lru_cache(SEEDS)(self._by_group)
        self._drawn = lru_cache(KEPT)(self._draw)

    def __call__(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        """Return up to `n` samples with an answer; never the one asked, nor one with the same question."""
        drawn = self._drawn(n + SPARE, seed, among, None if among == "all" else asked.group)
        fitting = (each for each in drawn if each.id != asked.id and each.question != asked.question)
        return tuple(islice(fitting, n))

    def _draw(self, n: int, seed: int, among: Among, group: str | None) -> tuple[Sample, ...]:
        places = list(islice(self._places(seed, among, group), n))
        rows = ExperimentSample
        with self._session() as session:
            found = session.scalars(select(rows).where(rows.attempt_id == self._attempt_id, rows.place.in_(places)))
            by_place = {row.place: sample_of(row) for row in found}
        return tuple(by_place[place] for place in places)

    def _places(self, seed: int, among: Among, group: str | None) -> Iterator[int]:
        """Return the places that may be drawn, in the order of the seed."""
        if among == "same":
            return iter(self._members(seed).get(group, []))
        # Samples without a group are in none: each may be shown for any other.
        return (place for place, its in self._order(seed) if group is None or its != group)

    def _by_group(self, seed: int) -> dict[str | None, list[int]]:
        members = defaultdict(list)
        for place, group in self._order(seed):
            members[group].append(place)
        return members

    def _shuffled(self, seed: int) -> list[tuple[int, str | None]]:
        """Return place and group of all samples with an answer."""
        rows = ExperimentSample
        answered = select(rows.place, rows.group).where(rows.attempt_id == self._attempt_id, rows.answer.is_not(None))
        with self._session() as session:
            found = [(place, group) for place, group in session.execute(answered.order_by(rows.place))]
        random.Random(seed).shuffle(found)
        return found
