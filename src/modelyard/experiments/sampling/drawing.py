"""Which rows are drawn: at random by a seed, each group as often as it stands in the dataset."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence


def drawn(ids: Sequence[str], groups: Sequence[str | None], *, seed: int) -> list[int]:
    """Return the places of all rows in the order they are drawn.

    The first `n` are a random choice with every group in proportion, whatever `n` is: whoever draws more keeps what was
    drawn before. A row's turn depends on its id and the seed alone.
    """
    turns: dict[str | None, list[tuple[bytes, int]]] = defaultdict(list)
    for place, (sample_id, group) in enumerate(zip(ids, groups, strict=True)):
        turns[group].append((_lot(seed, sample_id), place))
    # The k-th of a group with n rows comes at (k + lot) / n of the way, so that no group runs ahead.
    order = [
        ((rank + int.from_bytes(lot, "big") / 2**64) / len(members), place)
        for members in turns.values()
        for rank, (lot, place) in enumerate(sorted(members))
    ]
    return [place for _, place in sorted(order)]


def doubles(ids: Sequence[str]) -> list[str]:
    """Return the ids that stand more than once."""
    return [sample_id for sample_id, n in Counter(ids).items() if n > 1]


def _lot(seed: int, sample_id: str) -> bytes:
    return hashlib.blake2b(f"{seed}:{sample_id}".encode("utf-8", "replace"), digest_size=8).digest()
