"""The configuration document of an experiment: one JSON or YAML, the same from the page, the API and the terminal."""

import hashlib
import itertools
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from modelyard.experiments.scorer import Scorer
from modelyard.experiments.strategy import Strategy
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import family

MOST_CONFIGURATIONS = 200
MOST_SAMPLES = 100_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Columns(_Part):
    """Which column of the dataset says what; those without a name are found by their usual names."""

    id: str | None = None
    question: str | None = None
    answer: str | None = None
    aliases: str | None = None
    """Other ways to say the answer: a JSON list, or one a line."""
    context: str | None = None
    choices: str | None = None
    """What may be chosen among: a JSON list, or one a line."""
    group: str | None = None
    truth: str | None = None
    """The passage that holds the answer."""
    answerable: str | None = None
    """Whether a question should be answered (true, false); without it each should."""


class SampleChoice(_Part):
    """Which questions are asked."""

    dataset: str
    """Id or name of the dataset."""
    columns: Columns = Columns()
    limit: int | None = Field(None, ge=1, le=MOST_SAMPLES)
    """How many are drawn; empty: all."""
    seed: int = Field(0, ge=0, lt=2**31)
    """Decides which ones are drawn."""


class LlmChoice(_Part):
    """One of the LLMs."""

    llm: str
    """Id or name."""
    label: str = Field("", max_length=100)
    """What it is called in tables; empty: its name."""


class Grid(_Part):
    """Parameters of the LLMs; each combination is a configuration of its own."""

    temperature: tuple[Annotated[float, Field(ge=0, le=2)], ...] = Field((0.0,), min_length=1, max_length=20)
    max_tokens: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field((512,), min_length=1, max_length=20)
    seed: tuple[Annotated[int, Field(ge=0, lt=2**31)] | None, ...] = Field((0,), min_length=1, max_length=20)
    """Passed to providers that take one; null: none."""


class Pace(_Part):
    """How many requests an LLM gets."""

    concurrency: int = Field(8, ge=1, le=256)
    """At the same time, of each LLM."""
    requests_per_minute: float | None = Field(None, gt=0, le=1e6)
    """Of each LLM; empty: as many as it takes."""
    patience_seconds: float = Field(300, ge=0, le=86_400)
    """How long a provider that is busy or away is waited for, before its answer counts as failed."""


class Limits(_Part):
    """Where the experiment stops by itself."""

    usd: float | None = Field(None, ge=0, le=1e6)
    tokens: int | None = Field(None, ge=1, le=10**12)
    """Input and output together."""


class ExperimentDocument(_Part):
    """Which strategies, LLMs and parameters are compared on which samples, and what counts."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2000)
    samples: SampleChoice
    strategies: tuple[dict[str, Any], ...] = Field(min_length=1, max_length=50)
    """Documents of the strategy family, each with `kind`; `label` says what it is called in tables."""
    llms: tuple[LlmChoice, ...] = Field(min_length=1, max_length=50)
    parameters: Grid = Grid()
    repeats: int = Field(1, ge=1, le=50)
    """How often each sample is asked; repeats are asked anew, whatever was answered before."""
    scorers: tuple[dict[str, Any], ...] = Field(({"kind": "exact_match"},), min_length=1, max_length=20)
    """Documents of the scorer family; the first one decides which configuration is best."""
    pace: Pace = Pace()
    budget: Limits = Limits()
    allow_network: bool = False
    """Whether tools of agents may ask the network (Wikipedia)."""
    reuse: bool = True
    """Whether answers of earlier attempts to the same question in every respect are used again."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.n_configurations > MOST_CONFIGURATIONS:
            raise ValueError(f"There are {self.n_configurations} configurations; {MOST_CONFIGURATIONS} are the most.")
        return self

    @property
    def n_configurations(self) -> int:
        """How many rows the comparison has."""
        grid = self.parameters
        each = len(grid.temperature) * len(grid.max_tokens) * len(grid.seed)
        return len(self.strategies) * len(self.llms) * each

    @cached_property
    def parsed_strategies(self) -> tuple[tuple[str, Strategy], ...]:
        """The strategies with their labels; raises Invalid with the path of what is wrong."""
        found: list[tuple[str, Strategy]] = _labelled("strategy", "strategies", self.strategies)
        for place, (label, strategy) in enumerate(found):
            if strategy.needs_network and not self.allow_network:
                message = f"{label} asks the network, which this experiment does not allow."
                hint = "Allow the network, or take the tool out."
                raise Invalid(message, hint=hint, fields=[FieldError(("strategies", place), message)])
        return tuple(found)

    @cached_property
    def parsed_scorers(self) -> tuple[tuple[str, Scorer], ...]:
        """The scorers with their names, each name once; raises Invalid with the path of what is wrong."""
        return tuple(_labelled("scorer", "scorers", self.scorers))

    def combinations(self) -> "list[Combination]":
        """Return every combination of strategy, LLM and parameters, in the order of the document."""
        grid = self.parameters
        return [
            Combination(label, strategy, llm, temperature, max_tokens, seed)
            for (label, strategy), llm, temperature, max_tokens, seed in itertools.product(
                self.parsed_strategies, self.llms, grid.temperature, grid.max_tokens, grid.seed
            )
        ]

    @property
    def digest(self) -> str:
        """SHA-256 of the document's content, whatever the order of its keys."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Combination:
    """What one row of the comparison is made of."""

    strategy_label: str
    strategy: Strategy
    llm: LlmChoice
    temperature: float
    max_tokens: int
    seed: int | None


def _labelled(name: str, field: str, documents: tuple[dict[str, Any], ...]) -> list[tuple[str, Any]]:
    """Return what the documents state with a label each; doubles are numbered: `cot`, `cot 2`."""
    found: list[tuple[str, Any]] = []
    taken: dict[str, int] = {}
    for place, document in enumerate(documents):
        stated = {key: value for key, value in document.items() if key != "label"}
        kind = family(name).parse(stated, path=(field, place))
        label = str(document.get("label") or kind.kind_name())[:100]
        taken[label] = taken.get(label, 0) + 1
        found.append((label if taken[label] == 1 else f"{label} {taken[label]}", kind))
    return found
