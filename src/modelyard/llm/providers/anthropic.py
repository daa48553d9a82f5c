"""Anthropic's LLMs."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar, Literal

from modelyard.kernel.kinds import Parameter
from modelyard.llm import bridge
from modelyard.llm.connections import http_client, timeouts
from modelyard.llm.hosted import Hosted
from modelyard.llm.provider import Access, Message, Piece, Wish

ANTHROPIC = "https://api.anthropic.com"


class Anthropic(Hosted):
    """LLMs of Anthropic (Claude), with a key of Anthropic; it serves no embeddings."""

    kind: Literal["anthropic"] = "anthropic"
    model: str = Parameter(min_length=1, max_length=200, description="Name of the LLM, such as claude-haiku-4-5.")
    base_url: str = Parameter(ANTHROPIC, max_length=500, advanced=True, description="Address, without a version.")

    title: ClassVar[str] = "Anthropic"
    group: ClassVar[str] = "hosted"
    icon: ClassVar[str] = "cloud"
    requires: ClassVar[tuple[str, ...]] = ("anthropic",)
    needs_secret: ClassVar[bool] = True
    own_address: ClassVar[str] = ANTHROPIC
    key_setting: ClassVar[str | None] = "anthropic_api_key"

    def prepare(self) -> None:
        """Import what requests need."""
        import pydantic_ai.direct
        import pydantic_ai.models.anthropic  # noqa: F401

    def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer."""
        from anthropic import AsyncAnthropic
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        client = AsyncAnthropic(
            api_key=access.secret or "",
            auth_token=None,
            base_url=self.base_url,
            max_retries=0,
            timeout=timeouts(access.settings),
            http_client=http_client(access.settings),
        )
        model = AnthropicModel(self.model, provider=AnthropicProvider(anthropic_client=client))
        return bridge.stream(model, self.model, messages, wish)
