"""Cohere: answers, embeddings and ranking."""

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.kernel.kinds import Parameter
from modelyard.llm import bridge
from modelyard.llm.background import wait_for
from modelyard.llm.connections import older_http_client
from modelyard.llm.errors import LlmUnavailable
from modelyard.llm.hosted import Hosted
from modelyard.llm.posting import post_json
from modelyard.llm.provider import Access, Embedded, Message, Piece, Ranked, TextIs, Wish

if TYPE_CHECKING:
    from pydantic_ai.providers.cohere import CohereProvider

COHERE = "https://api.cohere.com"
_MOST_TEXTS = 96
"""The limit of one request for embeddings."""


class Cohere(Hosted):
    """LLMs, embedders and rankers of Cohere, with a key of Cohere.

    A ranker (`rerank-v3.5`) reads the question together with each passage that search found and puts the best first: it
    is the one provider here that does so.
    """

    kind: Literal["cohere"] = "cohere"
    model: str = Parameter(
        min_length=1, max_length=200, description="Name, such as command-r-08-2024, embed-v4.0 or rerank-v3.5."
    )
    serves: Literal["answers", "embeddings", "ranking"] = Parameter(
        "answers", description="Whether it is an LLM that answers, an embedder, or a ranker of passages."
    )
    vector_size: int | None = Parameter(
        None,
        ge=2,
        le=16384,
        when={"serves": ["embeddings"]},
        description="Length of the vectors to ask for; empty: what the embedder makes.",
    )
    base_url: str = Parameter(COHERE, max_length=500, advanced=True, description="Address, without a version.")

    title: ClassVar[str] = "Cohere"
    group: ClassVar[str] = "hosted"
    icon: ClassVar[str] = "cloud"
    requires: ClassVar[tuple[str, ...]] = ("cohere",)
    takes_seed: ClassVar[bool] = True
    embeds: ClassVar[bool] = True
    ranks: ClassVar[bool] = True
    needs_secret: ClassVar[bool] = True
    own_address: ClassVar[str] = COHERE
    key_setting: ClassVar[str | None] = "cohere_api_key"

    @property
    def can_complete(self) -> bool:
        """Return whether it answers."""
        return self.serves == "answers"

    @property
    def can_embed(self) -> bool:
        """Return whether it embeds."""
        return self.serves == "embeddings"

    @property
    def can_rank(self) -> bool:
        """Return whether it ranks."""
        return self.serves == "ranking"

    @property
    def dimensions(self) -> int | None:
        """Return the stated length of the vectors."""
        return self.vector_size

    @property
    def max_texts(self) -> int:
        """Return how many texts one request for embeddings may have."""
        return _MOST_TEXTS

    def prepare(self) -> None:
        """Import what requests need."""
        import pydantic_ai.direct
        import pydantic_ai.embeddings.cohere
        import pydantic_ai.models.cohere  # noqa: F401

    def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer."""
        from pydantic_ai.models.cohere import CohereModel

        model = CohereModel(self.model, provider=self._provider(access))
        return bridge.stream(model, self.model, messages, wish)

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return the vectors of texts; an empty text is sent as a space: Cohere refuses it."""
        return wait_for(self._embed([text or " " for text in texts], text_is, access))

    def rank(self, question: str, texts: Sequence[str], access: Access) -> list[Ranked]:
        """Return the texts' places, the best answer to the question first."""
        body = {"model": self.model, "query": question, "documents": list(texts), "top_n": len(texts)}
        answer = wait_for(post_json(f"{self.base_url}/v2/rerank", body, access, self.model))
        try:
            ranked = [Ranked(int(each["index"]), float(each["relevance_score"])) for each in answer["results"]]
        except (KeyError, TypeError, ValueError) as error:
            raise LlmUnavailable(f"{self.model} answered what cannot be read.") from error
        if sorted(each.place for each in ranked) != list(range(len(texts))):
            raise LlmUnavailable(f"{self.model} did not rank all passages once.")
        return ranked

    async def _embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        from pydantic_ai.embeddings.cohere import CohereEmbeddingModel

        model = CohereEmbeddingModel(self.model, provider=self._provider(access))
        return await bridge.embed(model, self.model, texts, text_is, self.vector_size)

    def _provider(self, access: Access) -> "CohereProvider":
        from cohere import AsyncClientV2
        from pydantic_ai.providers.cohere import CohereProvider

        client = AsyncClientV2(
            api_key=access.secret or "",
            base_url=self.base_url,
            max_retries=0,
            httpx_client=older_http_client(access.settings),
            log_warning_experimental_features=False,
        )
        return CohereProvider(cohere_client=client)
