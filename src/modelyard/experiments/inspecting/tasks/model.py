"""The LLMs of this yard as models of Inspect: `modelyard/NAME`. Keys, budgets, turns and accounting stay ours."""

from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from modelyard.experiments.inspecting.tasks.speaking import as_messages, as_output, as_wish
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmUnavailable
from modelyard.llm.prices import estimated_tokens
from modelyard.llm.provider import End

if TYPE_CHECKING:
    from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput
    from inspect_ai.tool import ToolChoice, ToolInfo

API = "modelyard"


def offer_models(client_named: Callable[[str], Client]) -> None:
    """Have Inspect know the LLMs of this yard, for the rest of this process.

    `client_named` returns the client of an LLM by id or name; also the judges of a task are found so.
    """
    from inspect_ai.model import ModelAPI, modelapi

    @modelapi(name=API)
    class YardModel(ModelAPI):  # type: ignore[misc]  # untyped where it is not installed
        """An LLM of this yard."""

        async def generate(
            self,
            input: "list[ChatMessage]",  # noqa: A002 — Inspect calls it so
            tools: "list[ToolInfo]",
            tool_choice: "ToolChoice",
            config: "GenerateConfig",
        ) -> "ModelOutput":
            """Ask the LLM once; what it fails with is the sample's error."""
            client, pieces = client_named(self.model_name), []
            wish = as_wish(config, tools, tool_choice)
            async with aclosing(client.complete(as_messages(input), wish)) as given:
                async for piece in given:
                    pieces.append(piece)
            if not any(isinstance(piece, End) for piece in pieces):
                raise LlmUnavailable(f"{self.model_name} gave no answer.")
            return as_output(f"{API}/{self.model_name}", pieces)

        async def count_text_tokens(self, text: str) -> int:
            """Return about how many tokens a text has, without asking the network for a table."""
            return estimated_tokens(text)
