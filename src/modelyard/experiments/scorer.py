"""The Scorer family: how good an answer is, from 0 to 1, or why that cannot be said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Answer
from modelyard.kernel.kinds import Kind
from modelyard.llm.provider import Message

if TYPE_CHECKING:
    import numpy as np

Where = Literal["answer", "everything"]
"""What is scored: the answer as the strategy read it, or all that was said last."""
NO_ANSWER_STATED = "The sample states no answer."
NOTHING_READ = "No passages were found, and the sample has no context."


@dataclass(frozen=True)
class Score:
    """How good an answer is (0-1, more is better), and why; without a `value` it cannot be scored, for that reason."""

    value: float | None
    why: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, is_right: bool, why: str = "") -> Self:
        """Return 1 for right, 0 for wrong."""
        return cls(1.0 if is_right else 0.0, why)

    @classmethod
    def not_scorable(cls, why: str) -> Self:
        """Return that this answer cannot be scored, with the reason as a sentence."""
        return cls(None, why)


class ScoringDesk(Protocol):
    """What a scorer asks through: judges and embedders, counted apart from what the answers took."""

    async def judge(self, llm: str, messages: Sequence[Message], schema: dict[str, Any], *, max_tokens: int) -> Any:
        """Return the JSON document that an LLM (its id) answers; raise NotJson for prose, else what the LLM raises."""

    async def embed(self, embedder: str | None, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        """Return float32 vectors of length 1, shape `(n_texts, n_dimensions)`; None: the embedder of the package."""


class NotJson(Exception):
    """A judge answered something else than the document that was asked for; the message has its first words."""


class Scorer(Kind):
    """Base of the scorers."""

    is_share: ClassVar[bool] = True
    """Whether scores are 0 or 1, so that their mean is a share (Wilson's interval, McNemar's test)."""
    needs_answer: ClassVar[bool] = True
    """Whether it compares with the sample's answer."""
    is_recorded: ClassVar[bool] = False
    """Whether its scores were read from a log: it gives none to other answers."""

    @property
    def name(self) -> str:
        """Return what it is called in tables, in documents and on the command line."""
        return self.kind_name()

    @property
    def llm(self) -> str | None:
        """Return the LLM that it asks, by id; None: none."""
        return None

    async def score(self, sample: Sample, answer: Answer, desk: ScoringDesk) -> Score:
        """Return how good the answer is; what a judge cannot say is a Score that is not scorable, never raised."""
        raise NotImplementedError


def said_in(answer: Answer, where: Where) -> str:
    """Return the text that is scored."""
    return answer.parsed if where == "answer" else answer.text


def read_by(sample: Sample, answer: Answer) -> tuple[str, ...]:
    """Return the texts that an answer rests on: the passages that were found, else the sample's context."""
    found = tuple("\n".join((each.title, *each.headings, each.text)) for each in answer.passages)
    return found or ((sample.context,) if sample.context else ())
