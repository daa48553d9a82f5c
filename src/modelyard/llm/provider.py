"""The Provider family: whoever serves LLMs or embeddings, and what goes to and comes from them."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.clock import Clock, utc_now
from modelyard.kernel.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

    from modelyard.kernel.settings import Settings

TRIAL = "Answer with one word: which colour has the sky on a clear day?"
Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "tool", "filtered"]
TextIs = Literal["question", "passage"]


@dataclass(frozen=True)
class Message:
    """One turn of what an LLM reads."""

    role: Role
    text: str


@dataclass(frozen=True)
class Tool:
    """Something that an LLM may ask for; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is wanted of one answer. `schema` (JSON Schema) asks for a JSON document instead of prose."""

    max_tokens: int = 1024
    temperature: float = 0.0
    tools: tuple[Tool, ...] = ()
    schema: dict[str, Any] | None = None
    seed: int | None = None


def storable(text: str) -> str:
    """Return the text without half characters (lone surrogates), which no request can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def asking_for_json(messages: Sequence[Message], schema: dict[str, Any]) -> list[Message]:
    """Return the messages with the wish for JSON in words, for LLMs that nothing can force."""
    asked = f"Answer with a JSON document alone that fits this JSON Schema: {json.dumps(schema, ensure_ascii=False)}"
    return [Message("system", asked), *messages]


@dataclass(frozen=True)
class Usage:
    """What one answer took; `cost_usd` is None when nobody knows the price: it is never guessed."""

    n_input_tokens: int = 0
    n_output_tokens: int = 0
    cost_usd: float | None = None
    is_estimated: bool = False
    """Whether the tokens were counted here because the provider did not say."""


@dataclass(frozen=True)
class Text:
    """The next piece of an answer."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """That the LLM asks for a tool."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class End:
    """The last of an answer's pieces: why it ended and what it took."""

    finish: Finish
    usage: Usage = field(default_factory=Usage)


Piece = Text | ToolCall | End


@dataclass(frozen=True)
class Embedded:
    """Vectors of texts: float32 of length 1, shape `(n_texts, n_dimensions)`, and what they took."""

    vectors: "np.ndarray[Any, Any]"
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class Ranked:
    """One of the texts that were ranked: its place among them, and how well it answers the question (0–1)."""

    place: int
    score: float


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in USD."""

    usd_per_million_in: float
    usd_per_million_out: float


FREE = Prices(0.0, 0.0)
"""Of what is computed on this machine."""


@dataclass(frozen=True)
class Access:
    """What a provider needs beside its parameters: the secret key, if any, and the yard's settings."""

    secret: str | None = field(repr=False)
    settings: "Settings"
    clock: Clock = utc_now


class Provider(Kind):
    """Base of the providers. Parameters name the LLM (`model`) and where it is; secrets are never parameters."""

    completes: ClassVar[bool] = True
    """Whether it serves LLMs."""
    embeds: ClassVar[bool] = False
    """Whether it serves embeddings."""
    needs_secret: ClassVar[bool] = False
    is_scripted: ClassVar[bool] = False
    """Whether answers are written beforehand; the pages say so wherever one is shown."""

    ranks: ClassVar[bool] = False
    """Whether it orders passages by how well they answer a question."""
    takes_seed: ClassVar[bool] = False
    """Whether the seed of a wish reaches whatever draws the answer; else answers to the same question may differ."""
    key_setting: ClassVar[str | None] = None
    """The setting that has a key for LLMs without one of their own."""

    @property
    def name(self) -> str:
        """Return what the LLM is called among its provider's."""
        raise NotImplementedError

    @property
    def address(self) -> str | None:
        """Return the address that requests go to; None: it is computed in this process."""
        return None

    @property
    def prices(self) -> Prices | None:
        """Return the prices that somebody stated; None: those of the price table."""
        return FREE if self.address is None else None

    @property
    def can_complete(self) -> bool:
        """Return whether this one, with its parameters, answers."""
        return self.completes

    @property
    def can_embed(self) -> bool:
        """Return whether this one, with its parameters, embeds."""
        return self.embeds

    @property
    def can_rank(self) -> bool:
        """Return whether this one, with its parameters, ranks."""
        return self.ranks

    @property
    def needs_key(self) -> bool:
        """Return whether requests without a key are refused."""
        return self.needs_secret

    @property
    def takes_key_of_settings(self) -> bool:
        """Return whether the key of the settings may be sent to its address."""
        return True

    @property
    def languages(self) -> frozenset[str] | None:
        """Return the languages (ISO 639-1) that its embeddings are made for; None: it does not say."""
        return None

    @property
    def dimensions(self) -> int | None:
        """Return how long its vectors are; None: the first one shows."""
        return None

    @property
    def max_texts(self) -> int:
        """Return how many texts one request for embeddings may have."""
        return 64

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Return what a page needs to know of a provider beside its parameters."""
        return {
            "completes": cls.completes,
            "embeds": cls.embeds,
            "ranks": cls.ranks,
            "needs_secret": cls.needs_secret,
            "is_scripted": cls.is_scripted,
            "key_setting": None if cls.key_setting is None else f"MODELYARD_{cls.key_setting.upper()}",
        }

    def check(self, access: Access) -> None:
        """Raise Invalid for parameters that cannot work here, before a row is made; asks nobody."""

    def trial(self, access: Access) -> str:
        """Return what is asked of it when somebody tries whether it answers."""
        return TRIAL

    def prepare(self) -> None:
        """Import or load what the first request needs; blocking, called in a thread, before anybody's time counts."""

    def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer, ended by `End`; raise the errors of `modelyard.llm.errors`."""
        raise NotImplementedError

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return the vectors of at most `max_texts` texts; blocking, so call it in a thread."""
        raise NotImplementedError

    def rank(self, question: str, texts: Sequence[str], access: Access) -> list[Ranked]:
        """Return the texts' places, the best answer to the question first; blocking."""
        raise NotImplementedError
