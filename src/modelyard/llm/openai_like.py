"""What serves LLMs or embeddings as OpenAI does: OpenAI itself, and whatever speaks like it."""

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from modelyard.kernel.kinds import Parameter
from modelyard.kernel.settings import Settings
from modelyard.llm import bridge
from modelyard.llm.background import wait_for
from modelyard.llm.connections import http_client, timeouts
from modelyard.llm.hosted import Hosted
from modelyard.llm.provider import Access, Embedded, Message, Piece, Prices, TextIs, Wish

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider

NO_KEY = "none"
"""Sent where no key is needed: the library insists on one."""
_FROM_ENVIRONMENT = ("OpenAI-Organization", "OpenAI-Project")
"""Headers that the library would take from the environment of the server."""


class OpenAiLike(Hosted):
    """Base of the providers that speak like OpenAI."""

    base_url: str = Parameter("", max_length=500, description="Address of the server, up to the version.")
    model: str = Parameter(min_length=1, max_length=200, description="What the provider calls the LLM or embedder.")
    serves: Literal["answers", "embeddings"] = Parameter(
        "answers", description="Whether it is an LLM that answers, or an embedder."
    )
    thinking_tokens: int = Parameter(
        0,
        ge=0,
        le=100_000,
        unit="tokens",
        when={"serves": ["answers"]},
        advanced=True,
        description="Room for what an LLM thinks before it answers, which is not shown; 0: 2,048 for those that are "
        "known to do so always, none for others.",
    )
    vector_size: int | None = Parameter(
        None,
        ge=2,
        le=16384,
        when={"serves": ["embeddings"]},
        description="Length of the vectors to ask for; empty: what the embedder makes.",
    )
    embedder_languages: tuple[str, ...] = Parameter(
        (),
        when={"serves": ["embeddings"]},
        advanced=True,
        description="Languages that the embedder is made for (ISO 639-1: en, vi); empty: it does not say. In others, "
        "search relies on words.",
    )
    question_prefix: str = Parameter(
        "",
        max_length=500,
        when={"serves": ["embeddings"]},
        advanced=True,
        description="What the embedder wants before a question, such as `query: `.",
    )
    passage_prefix: str = Parameter(
        "",
        max_length=500,
        when={"serves": ["embeddings"]},
        advanced=True,
        description="What the embedder wants before a passage, such as `passage: `.",
    )
    usd_per_million_in: float | None = Parameter(
        None,
        ge=0,
        le=10_000,
        advanced=True,
        description="USD for a million tokens that it reads; empty: from the price table that comes with the package.",
    )
    usd_per_million_out: float | None = Parameter(
        None, ge=0, le=10_000, advanced=True, description="USD for a million tokens that it writes; empty: as above."
    )

    embeds: ClassVar[bool] = True
    takes_seed: ClassVar[bool] = True

    @property
    def is_openai(self) -> bool:
        """Return whether OpenAI itself is asked."""
        return False

    @property
    def can_complete(self) -> bool:
        """Return whether it answers."""
        return self.serves == "answers"

    @property
    def can_embed(self) -> bool:
        """Return whether it embeds."""
        return self.serves == "embeddings"

    @property
    def prices(self) -> Prices | None:
        """Return the stated prices; one that is left out while the other is stated is 0."""
        if self.usd_per_million_in is None and self.usd_per_million_out is None:
            return None
        return Prices(self.usd_per_million_in or 0.0, self.usd_per_million_out or 0.0)

    @property
    def languages(self) -> frozenset[str] | None:
        """Return the languages that were stated."""
        return frozenset(self.embedder_languages) or None

    @property
    def dimensions(self) -> int | None:
        """Return the stated length of the vectors."""
        return self.vector_size

    def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer."""
        from pydantic_ai.models.openai import OpenAIChatModel

        model = OpenAIChatModel(
            self.model, provider=self._provider(access), profile=profile_of(self.model, is_openai=self.is_openai)
        )
        return bridge.stream(model, self.model, messages, wish, thinking_tokens=self.thinking_tokens)

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return the vectors of texts, each with its prefix; an empty text is sent as a space: servers refuse it."""
        prefix = self.question_prefix if text_is == "question" else self.passage_prefix
        return wait_for(self._embed([prefix + text or " " for text in texts], text_is, access))

    async def _embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel

        model = OpenAIEmbeddingModel(self.model, provider=self._provider(access))
        return await bridge.embed(model, self.model, texts, text_is, self.vector_size)

    def _provider(self, access: Access) -> "OpenAIProvider":
        from pydantic_ai.providers.openai import OpenAIProvider

        key = access.secret or NO_KEY
        client = openai_client(self.base_url, key, access.settings, http_client(access.settings))
        return OpenAIProvider(openai_client=client)

    def prepare(self) -> None:
        """Import what requests need."""
        import_library()


def import_library() -> None:
    """Import what requests need: half a second, or several while the machine is busy."""
    import pydantic_ai.direct
    import pydantic_ai.embeddings.openai
    import pydantic_ai.models.openai  # noqa: F401


def openai_client(base: str, key: str, settings: Settings, connections: "httpx2.AsyncClient") -> "AsyncOpenAI":
    """Return the library's client: nothing of it comes from the environment, and it tries once."""
    from openai import AsyncOpenAI, Omit

    return AsyncOpenAI(
        api_key=key,
        base_url=base,
        default_headers=cast("Any", {name: Omit() for name in _FROM_ENVIRONMENT}),
        max_retries=0,  # tried again by the client (llm.attempts), which knows whether a piece was given out
        timeout=timeouts(settings),
        http_client=connections,
    )


def local_model(address: str, key: str, name: str, settings: Settings) -> "OpenAIChatModel":
    """Return the library's model of a server that is a process of ours."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    client = openai_client(f"{address}/v1", key, settings, http_client(settings, is_own=True))
    provider = OpenAIProvider(openai_client=client)
    return OpenAIChatModel(name, provider=provider, profile=profile_of(name, is_openai=False))


def profile_of(name: str, *, is_openai: bool) -> "OpenAIModelProfile":
    """Return what the library should believe of an LLM: what it knows by its name, and what we know better."""
    from pydantic_ai.providers.openai import OpenAIProvider

    profile: dict[str, Any] = dict(OpenAIProvider.model_profile(name) or {})
    profile["openai_chat_streaming_requires_finish_reason"] = True  # else half an answer looks whole
    if not is_openai:
        # Older servers know only `max_tokens`, and the newer ones take it as well.
        profile["openai_chat_supports_max_completion_tokens"] = False
        profile["supports_json_schema_output"] = True
    return cast("OpenAIModelProfile", profile)
