"""Answers without whose they are: each sample's configurations in an order of its own."""

import hashlib
import random


def shuffled(attempt_id: str, place: int, n_configurations: int) -> list[int]:
    """Return the configurations of a sample by slot: always the same order, another for each sample."""
    order = list(range(n_configurations))
    _generator(f"{attempt_id} {place}").shuffle(order)
    return order


def queue_order(attempt_id: str, labeller_id: str, cells: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the answers (configuration, place, repeat) in the random order in which this person gets them."""
    order = sorted(cells)
    _generator(f"{attempt_id} {labeller_id}").shuffle(order)
    return order


def _generator(seed: str) -> random.Random:
    digest = hashlib.sha256(seed.encode()).digest()
    return random.Random(int.from_bytes(digest, "big"))
