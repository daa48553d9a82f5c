"""OpenAI, and servers that speak like it."""

from typing import ClassVar, Literal

from modelyard.kernel.kinds import Parameter
from modelyard.llm.openai_like import OpenAiLike

OPENAI = "https://api.openai.com/v1"


class OpenAi(OpenAiLike):
    """LLMs and embedders of OpenAI, or of any server that speaks like it: vLLM, Ollama, llama.cpp, OpenRouter, Groq.

    For a server of your own, enter its address up to the version: Ollama's is http://localhost:11434/v1. Most need no
    key. A server on this machine or in a private network can be used while the yard is in development, or when
    MODELYARD_ALLOW_PRIVATE_ADDRESSES allows it.

    What an answer cost comes from a price table that is part of the package; of an LLM that is not in it the cost is
    unknown, unless you state what a million tokens cost (0 for a server of your own).
    """

    kind: Literal["openai"] = "openai"
    base_url: str = Parameter(OPENAI, max_length=500, description="Address of the server, up to the version.")

    title: ClassVar[str] = "OpenAI or compatible"
    group: ClassVar[str] = "hosted"
    icon: ClassVar[str] = "cloud"
    key_setting: ClassVar[str | None] = "openai_api_key"
    own_address: ClassVar[str] = OPENAI

    @property
    def needs_key(self) -> bool:
        """Return whether requests without a key are refused: OpenAI's are, other servers decide themselves."""
        return self.is_openai

    @property
    def is_openai(self) -> bool:
        """Return whether OpenAI itself is asked."""
        return self.base_url == OPENAI
