"""The Retriever family: whatever finds passages for a question registers here, and takes up the configuration that won.

Experiments ask collections through it: rooms of one floor do not know each other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Kind
from modelyard.llm.client import Client
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Usage


@dataclass(frozen=True)
class AskedPassage:
    """A question whose answer stands in a passage."""

    question: str
    answer: str
    document: str
    passage: str
    """The passage that the question was asked about."""
    quote: str
    """The words of the passage that answer it."""


@dataclass(frozen=True)
class Adoption:
    """A configuration that won, to answer from now on."""

    llm_id: str | None
    instructions: str
    """What the LLM is told beside the rules of citing; may be empty."""
    n_passages: int
    temperature: float
    max_tokens: int
    evidence: dict[str, Any]
    """What it won by: the experiment, the attempt, the configuration and its scores."""


class Finder(Protocol):
    """Finds passages for many questions; blocking, safe to use from several threads."""

    version: str
    """Of what can be found and how: answers that rest on another version are not used again."""

    def find(self, question: str, *, k: int) -> Sequence[FoundPassage]:
        """Return the best `k` passages, best first."""


Opening = Callable[[], AbstractContextManager[Context]]
"""Opens a short transaction of whoever asks."""


class Retriever(Kind):
    """Base of what finds passages."""

    @property
    def subject(self) -> str:
        """Return the id of what is searched."""
        raise NotImplementedError

    def open(self, opening: Opening) -> Finder:
        """Return its finder; raise NotFound, or Invalid for a method that cannot be used here."""
        raise NotImplementedError

    def questions(
        self, opening: Opening, asking: Client, n: int, *, seed: int
    ) -> Iterator[tuple[AskedPassage | None, Usage]]:
        """Yield what an LLM asks about up to `n` drawn passages; None for what cannot be used."""
        raise NotImplementedError

    def adopt(self, ctx: Context, adoption: Adoption) -> str:
        """Answer with this configuration from now on; return the id of the endpoint that does."""
        message = f"{self.title} takes no configuration over."
        raise Invalid(message)
