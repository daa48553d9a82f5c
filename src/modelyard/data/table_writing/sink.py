"""Where a writer writes to: an open file, or the body of an answer."""

from typing import Protocol


class Sink(Protocol):
    """Takes bytes; positions are never gone back to."""

    def write(self, content: bytes, /) -> object:
        """Take the bytes."""


class Pipe:
    """Keeps what was written until it is taken; positions go on counting, as Parquet's table of contents needs."""

    closed = False

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._n_taken = 0

    @property
    def n_waiting(self) -> int:
        """How many bytes can be taken."""
        return len(self._waiting)

    def write(self, content: bytes, /) -> int:
        """Take the bytes."""
        self._waiting += content
        return len(content)

    def tell(self) -> int:
        """Return how many bytes were written in all."""
        return self._n_taken + len(self._waiting)

    def flush(self) -> None:
        """Do nothing: there is nothing between the writer and what can be taken."""

    def take(self) -> bytes:
        """Return what waits."""
        content = bytes(self._waiting)
        self._n_taken += len(content)
        self._waiting.clear()
        return content
