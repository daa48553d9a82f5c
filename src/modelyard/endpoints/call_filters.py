"""Which calls of an endpoint are meant: text in their inputs, class, confidence, version, outcome, time."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from modelyard.endpoints.tables import CallStatus
from modelyard.endpoints.times import problems_of_times
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.ids import first_id

_CURSOR = re.compile(r"(cl_[0-9a-z]{1,28})\.([0-9a-f]{8})")


@dataclass(frozen=True)
class CallFilters:
    """What a call must be to be meant; None: anything.

    `search` is text in any input, in any case. A call is of a class, or of a confidence (0-1, that of what was
    predicted), when one of its rows is; of both, when one row is both. `since` is included, `until` is not.
    """

    search: str | None = None
    class_name: str | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    version: int | None = None
    status: CallStatus | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        problems = [*self._confidence_problems(), *problems_of_times(self.since, self.until)]
        if problems:
            raise Invalid(problems[0].message, hint="Correct the filter and look again.", fields=problems)

    @property
    def has_confidence(self) -> bool:
        """Whether confidences are filtered."""
        return self.min_confidence is not None or self.max_confidence is not None

    @property
    def is_by_answer(self) -> bool:
        """Whether calls are chosen by what was predicted."""
        return self.has_confidence or self.class_name is not None

    @property
    def searched_text(self) -> str:
        """What is looked for, as `comparable` makes it; empty: nothing."""
        return comparable(self.search or "").strip()

    @property
    def first(self) -> str:
        """The lowest id that can be meant."""
        return first_id("cl", self.since) if self.since is not None else ""

    @property
    def end(self) -> str | None:
        """What sorts after every id that can be meant; None: nothing does."""
        return first_id("cl", self.until) if self.until is not None else None

    def _confidence_problems(self) -> list[FieldError]:
        stated = {"min_confidence": self.min_confidence, "max_confidence": self.max_confidence}
        found = [
            FieldError((name,), f"{name!r} must be between 0 and 1, not {value}.")
            for name, value in stated.items()
            if value is not None and not 0 <= value <= 1
        ]
        low, high = self.min_confidence, self.max_confidence
        if not found and low is not None and high is not None and low > high:
            return [FieldError(("min_confidence",), "The lowest confidence is above the highest.")]
        return found


def comparable(text: str) -> str:
    """Return the text as it is compared: one form of each character, no matter the case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def cursor_after(endpoint_id: str, call_id: str) -> str:
    """Return the cursor of what comes after a call of this endpoint."""
    return f"{call_id}.{_digest(endpoint_id)}"


def position_of(endpoint_id: str, cursor: str) -> str:
    """Return the id that a cursor stands at; raise Invalid for one of another endpoint."""
    found = _CURSOR.fullmatch(cursor)
    if found is None or found.group(2) != _digest(endpoint_id):
        message = "This cursor is not one of this endpoint's history."
        hint = "Begin again without `cursor`, and send back what `next` says."
        raise Invalid(message, hint=hint, fields=[FieldError(("cursor",), message)])
    return found.group(1)


def _digest(endpoint_id: str) -> str:
    return blake2s(endpoint_id.encode(), digest_size=4).hexdigest()
