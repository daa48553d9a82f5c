"""Counting distinct values of a stream in little memory."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Hashes = np.ndarray[Any, np.dtype[np.uint64]]


class DistinctSketch:
    """The `size` smallest 64-bit hashes seen: exact up to that many distinct values, beyond it an estimate.

    The estimate is (k − 1) / (k-th smallest hash as a fraction of all), Bar-Yossef et al. 2002; its relative standard
    error is 1 / √(k − 2), 0.2 % for the default size.
    """

    def __init__(self, size: int = 262_144) -> None:
        self._size = size
        self._smallest: Hashes | None = None
        self._waiting: list[Hashes] = []
        self._n_waiting = 0

    def add(self, hashes: "Hashes") -> None:
        """Take more hashes into account."""
        if self._smallest is not None and len(self._smallest) >= self._size:
            hashes = hashes[hashes < self._smallest[-1]]
        self._waiting.append(hashes)
        self._n_waiting += len(hashes)
        # Sorting is what costs: wait until it is worth it.
        if self._n_waiting >= self._size:
            self._merge()

    def _merge(self) -> None:
        import numpy as np

        known = [] if self._smallest is None else [self._smallest]
        if known or self._waiting:
            self._smallest = np.unique(np.concatenate([*known, *self._waiting]))[: self._size].copy()
        self._waiting, self._n_waiting = [], 0

    @property
    def is_full(self) -> bool:
        """Whether `count` is an estimate."""
        self._merge()
        return self._smallest is not None and len(self._smallest) >= self._size

    def count(self) -> int:
        """Return the number of distinct values, exact or estimated."""
        if not self.is_full:
            return 0 if self._smallest is None else len(self._smallest)
        assert self._smallest is not None
        return round((self._size - 1) / (float(self._smallest[-1]) / 2.0**64))


class DuplicateCounter:
    """How many of n rows repeat an earlier one; from 2 million rows on, estimated from a fraction of all hashes.

    A fraction of the hashes is kept, not of the rows: all copies of a row are kept or none; the estimate has no bias.
    """

    KEPT_ROWS = 2_000_000

    def __init__(self, n_rows: int) -> None:
        self._modulus = -(-n_rows // self.KEPT_ROWS) if n_rows else 1
        self._kept: list[Hashes] = []

    def add(self, hashes: "Hashes") -> None:
        """Take more rows into account."""
        self._kept.append(hashes[hashes % self._modulus == 0] if self._modulus > 1 else hashes)

    @property
    def is_estimate(self) -> bool:
        """Whether `count` is an estimate."""
        return self._modulus > 1

    def count(self) -> int:
        """Return how many rows repeat an earlier one."""
        import numpy as np

        if not self._kept:
            return 0
        hashes = np.concatenate(self._kept)
        hashes.sort()
        return int(np.count_nonzero(hashes[1:] == hashes[:-1])) * self._modulus
