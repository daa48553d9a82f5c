"""Sums over the rows of a batch, from which shares, means and their intervals follow."""

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

N_CONFIDENCES = 20
"""Steps of confidence that rows are counted in."""


@dataclass
class Tally:
    """Rows that were predicted: how many of each class, or the sums of the numbers, and how sure the model was."""

    classes: dict[str, int] = field(default_factory=dict)
    n: int = 0
    sum: float = 0.0
    sum_squares: float = 0.0
    n_confident: int = 0
    sum_confidence: float = 0.0
    confidences: list[int] = field(default_factory=lambda: [0] * N_CONFIDENCES)
    """Rows by confidence, in equal steps from 0 to 1."""

    @property
    def mean_confidence(self) -> float | None:
        """Mean probability of the predicted class."""
        return self.sum_confidence / self.n_confident if self.n_confident else None

    @property
    def mean(self) -> float | None:
        """Mean of predicted numbers; None where classes are predicted."""
        return self.sum / self.n if self.n and not self.classes else None

    @property
    def deviation(self) -> float | None:
        """Standard deviation of predicted numbers."""
        if self.n < 2 or self.classes:
            return None
        return math.sqrt(max(0.0, self.sum_squares - self.sum**2 / self.n) / (self.n - 1))

    def add(self, class_name: str | None, number: float | None, confidence: float | None) -> None:
        """Count one row."""
        self.n += 1
        if class_name is not None:
            self.classes[class_name] = self.classes.get(class_name, 0) + 1
        if number is not None:
            self.sum += number
            self.sum_squares += number * number
        if confidence is not None:
            self.n_confident += 1
            self.sum_confidence += confidence
            self.confidences[min(int(confidence * N_CONFIDENCES), N_CONFIDENCES - 1)] += 1

    def join(self, other: "Tally") -> None:
        """Add the rows of another tally."""
        for name, n in other.classes.items():
            self.classes[name] = self.classes.get(name, 0) + n
        self.n += other.n
        self.sum += other.sum
        self.sum_squares += other.sum_squares
        self.n_confident += other.n_confident
        self.sum_confidence += other.sum_confidence
        self.confidences = [a + b for a, b in zip(self.confidences, other.confidences, strict=True)]


_QUERY = """
SELECT label, class, CAST(confidence * ? AS INTEGER), count(*), sum(number), sum(number * number), count(confidence),
sum(confidence) FROM rows WHERE NOT is_failed GROUP BY 1, 2, 3
"""


def tallies(db: sqlite3.Connection, class_of: Callable[[int | None], str | None]) -> dict[int | None, Tally]:
    """Return a tally for each code of a label."""
    found: dict[int | None, Tally] = {}
    for label, code, step, n, total, squares, n_confident, confidence in db.execute(_QUERY, (N_CONFIDENCES,)):
        part = Tally(n=n, sum=total or 0.0, sum_squares=squares or 0.0)
        part.n_confident, part.sum_confidence = n_confident, confidence or 0.0
        if (name := class_of(code)) is not None:
            part.classes[name] = n
        if step is not None:
            part.confidences[max(0, min(step, N_CONFIDENCES - 1))] = n_confident
        found.setdefault(label, Tally()).join(part)
    return found


def tallied_by(
    outcomes: Iterable[tuple[int, int | None, float | None, float | None]],
    group_of: Callable[[int], str | None],
    class_of: Callable[[int | None], str | None],
) -> Iterator[tuple[str, Tally]]:
    """Yield a tally for each group of rows; rows of no group (None) are left out."""
    found: dict[str, Tally] = {}
    for row, code, number, confidence in outcomes:
        if (group := group_of(row)) is not None:
            found.setdefault(group, Tally()).add(class_of(code), number, confidence)
    yield from found.items()
