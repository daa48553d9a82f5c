"""The Strategy family: how a question is put to an LLM, and how its answer is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, Self

from modelyard.experiments.sample import Sample
from modelyard.kernel.kinds import Kind, Parameter
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Finish, Message, Tool, ToolCall

HowEnded = Literal["answer", "step_limit", "loop", "no_answer"]
"""`no_answer`: nothing in what was said could be read as an answer."""
Among = Literal["others", "same", "all"]
"""Groups that examples are drawn from: all but that of the sample asked, its own, or whichever."""


@dataclass(frozen=True)
class Said:
    """What an LLM said to one request."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"


@dataclass(frozen=True)
class TraceStep:
    """One step of a strategy that takes several: what was thought, asked of a tool, and observed."""

    thought: str = ""
    tool: str | None = None
    arguments: dict[str, Any] | None = None
    observation: str | None = None
    error: str | None = None
    """Why the tool gave nothing."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What a strategy came to."""

    text: str
    """All that was said last."""
    parsed: str
    """The answer in it, as scorers compare it; empty when there is none."""
    ended: HowEnded = "answer"
    is_cut: bool = False
    """Whether the LLM stopped because it may say no more."""
    prompt: tuple[Message, ...] = ()
    """The last request."""
    passages: tuple[FoundPassage, ...] = ()
    has_searched: bool = False
    """Whether passages were looked for, found or not."""
    trace: tuple[TraceStep, ...] = ()
    votes: tuple[str, ...] = ()
    """Answers that were voted among."""

    @classmethod
    def of(cls, said: Said, parsed: str, prompt: Sequence[Message], **more: Any) -> Self:
        """Return what one request came to; without a parsed answer it ended with none."""
        ended: HowEnded = "answer" if parsed else "no_answer"
        return cls(said.text, parsed, ended=ended, is_cut=said.finish == "length", prompt=tuple(prompt), **more)


class Desk(Protocol):
    """What a strategy asks through: the LLM, passages and the network are had here, counted and within the budget."""

    is_network_allowed: bool

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        draw: int = 0,
        temperature: float | None = None,
        least_tokens: int = 0,
    ) -> Said:
        """Ask the configuration's LLM with its parameters.

        `draw` numbers the same question when it is asked several times for different answers: with a seed each draw
        gets its own. `temperature` overrules the configuration's. `least_tokens` raises `max_tokens` for strategies
        whose answers are long by nature. Raises what the LLM fails with and BudgetSpent.
        """

    async def find(self, retriever: dict[str, Any], question: str, *, k: int) -> tuple[FoundPassage, ...]:
        """Return passages for a question, by the retriever (a document of its family)."""

    def examples(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        """Return up to `n` samples with an answer, drawn by the seed from those that the attempt asks.

        The sample `asked` is never among them, nor one with the same question. With the same seed samples of one group
        are shown the same, but for those that would be shown themselves.
        """

    async def fetch(self, url: str, parameters: dict[str, str]) -> Any:
        """Return the JSON at an address of the network; raise Forbidden where the network is not allowed."""


class Strategy(Kind):
    """Base of the strategies."""

    n_requests: ClassVar[int] = 1
    """How often the LLM is asked for one sample, at the most usual; for estimates."""
    is_recorded: ClassVar[bool] = False
    """Whether its answers were read from a log: they are compared like others, and nothing can be asked."""

    @property
    def drawn_examples(self) -> tuple[int, int] | None:
        """Return how many examples it asks the desk for, and by which seed; None: it asks for none."""
        return None

    @property
    def draws_examples(self) -> bool:
        """Return whether it asks the desk for examples: its answers depend on the other samples too."""
        return self.drawn_examples is not None

    @property
    def retriever(self) -> dict[str, Any] | None:
        """Return the retriever that it asks (a document of that family); None: it needs none."""
        return None

    @property
    def needs_network(self) -> bool:
        """Return whether it asks the network, which a document must allow."""
        return False

    def n_requests_of(self) -> int:
        """Return how often this one, with its parameters, asks for one sample, for estimates."""
        return self.n_requests

    async def answer(self, sample: Sample, desk: Desk) -> Answer:
        """Answer one sample; what the LLM or a provider fails with is raised."""
        raise NotImplementedError

    def prompt_for_estimate(self, sample: Sample) -> Sequence[Message]:
        """Return the first request as it would be made, without passages; asks nobody."""
        raise NotImplementedError


def room_for_steps(default: int = 512) -> Any:
    """Declare the tokens that a strategy needs whose answers are long by nature."""
    return Parameter(
        default,
        ge=1,
        le=100_000,
        advanced=True,
        unit="tokens",
        description="Room that each step needs: a smaller max_tokens of the experiment is raised to it.",
    )
