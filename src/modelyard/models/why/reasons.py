"""What a reason is, and the shape in which reasons leave the yard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MAX_REASONS = 20
"""Told one by one; what the others add is told as one number."""
MAX_SHOWN = 200
"""Characters of a value that are repeated in a reason."""
NOT_THERE = "words that are not in it"
TOGETHER = "its words together"

Span = tuple[int, int]


@dataclass(frozen=True)
class Reason:
    """One thing in the row that moved the score.

    `column` is the raw column, None for several columns that cannot be told apart; `feature` is what is named: the
    column, or words of its text. `spans`: where these stand in the text, in code points; None when it is no text.
    """

    feature: str
    column: str | None
    value: Any
    contribution: float
    spans: tuple[Span, ...] | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        spans = None if self.spans is None else [list(span) for span in self.spans]
        stated = {"feature": self.feature, "column": self.column, "value": _plain(self.value)}
        return {**stated, "contribution": self.contribution, "spans": spans}


@dataclass(frozen=True)
class Why:
    """The reasons of one prediction: `base` plus all contributions is `score`.

    `of` is what the score speaks for, the predicted class or the target; `scale` what it is measured in.
    """

    outputs: tuple[str, ...]
    of: str
    base: float
    score: float
    reasons: Sequence[Reason] = field(repr=False)
    scale: str = "raw score"
    method: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as JSON: the strongest reasons, and as `rest` what is left of the score."""
        strongest = sorted(self.reasons, key=lambda reason: -abs(reason.contribution))[:MAX_REASONS]
        told = [reason for reason in strongest if reason.contribution != 0]
        rest = self.score - self.base - sum(reason.contribution for reason in told)
        return {
            "outputs": list(self.outputs),
            "of": self.of,
            "scale": self.scale,
            "base": self.base,
            "score": self.score,
            "reasons": [reason.document() for reason in told],
            "rest": rest,
            "method": self.method,
            "unavailable": None,
        }


def unavailable(why_not: str) -> dict[str, Any]:
    """Return the document for a prediction whose reasons cannot be told."""
    numbers = dict.fromkeys(("base", "score", "rest"))
    return {"outputs": [], "of": "", "scale": "", **numbers, "reasons": [], "method": "", "unavailable": why_not}


def merged(reasons: Iterable[Reason]) -> list[Reason]:
    """Return the reasons with those of the same words added up."""
    found: dict[tuple[str | None, str], list[Reason]] = {}
    for reason in reasons:
        found.setdefault((reason.column, reason.feature), []).append(reason)
    return [same[0] if len(same) == 1 else _sum(same) for same in found.values()]


def _sum(same: list[Reason]) -> Reason:
    first = same[0]
    spans = tuple(sorted({span for reason in same for span in reason.spans or ()}))
    total = sum(reason.contribution for reason in same)
    return Reason(first.feature, first.column, first.value, total, spans if first.spans is not None else None)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value[:MAX_SHOWN] if isinstance(value, str) else value
