"""Answers that come piece by piece: what a servable that streams is asked, and what it gives."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

EventName = Literal["meta", "delta", "citation", "block", "done", "error"]


@dataclass(frozen=True)
class Event:
    """One thing told to whoever waits; `data` is JSON."""

    name: EventName
    data: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One question: what is put in, by which reader, in which conversation (None: a new one)."""

    endpoint_id: str
    inputs: Sequence[dict[str, Any]]
    reader: str
    session_id: str | None = None
    keeps_session: bool = True
    """Whether the conversation is kept, so that it can go on."""


@dataclass(frozen=True)
class Outcome:
    """What there is of an answer: its outputs as a call keeps them, and what it took."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_input_tokens: int | None = None
    n_output_tokens: int | None = None
    cost_usd: float | None = None


class Turn(Protocol):
    """One question being answered. It holds no database session and no thread."""

    session_id: str | None

    def events(self) -> AsyncGenerator[Event, None]:
        """Yield `meta`, then `delta` and `citation` as they come; raise ModelyardError. Closing it ends the work."""

    def outcome(self, *, cause: Literal["cancelled", "error"] | None = None) -> Outcome:
        """Return what there is of the answer; `cause` says why it is not whole."""
