"""The Provider family: whoever serves LLMs or embeddings, and what goes to and comes from them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

    from modelyard.kernel.settings import Settings

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
class Access:
    """What a provider needs beside its parameters: the secret key, if any, and the yard's settings."""

    secret: str | None
    settings: "Settings"


class Provider(Kind):
    """Base of the providers. Parameters name the LLM (`model`) and where it is; secrets are never parameters."""

    completes: ClassVar[bool] = True
    """Whether it serves LLMs."""
    embeds: ClassVar[bool] = False
    """Whether it serves embeddings."""
    needs_secret: ClassVar[bool] = False
    is_scripted: ClassVar[bool] = False
    """Whether answers are written beforehand; the pages say so wherever one is shown."""

    @property
    def name(self) -> str:
        """Return what the LLM is called among its provider's."""
        raise NotImplementedError

    @property
    def languages(self) -> frozenset[str] | None:
        """Return the languages (ISO 639-1) that its embeddings are made for; None: it does not say."""
        return None

    def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncIterator[Piece]:
        """Stream one answer, ended by `End`; raise the errors of `modelyard.llm.errors`."""
        raise NotImplementedError

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> "np.ndarray[Any, Any]":
        """Return float32 vectors of length 1, shape `(n_texts, n_dimensions)`; blocking, so call it in a thread."""
        raise NotImplementedError
