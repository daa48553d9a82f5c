"""The tools of agents: each takes one text and says what it found."""

from dataclasses import dataclass
from typing import Protocol

from modelyard.experiments.strategy import Desk
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Tool

ARGUMENT = "input"
"""What the only argument of every tool is called."""


@dataclass(frozen=True)
class Observation:
    """What a tool said, and the passages that it found."""

    text: str
    passages: tuple[FoundPassage, ...] = ()


class AgentTool(Protocol):
    """Something that an agent may use."""

    @property
    def name(self) -> str:
        """Return what it is called by."""

    @property
    def about(self) -> str:
        """Return what it does and what it takes, as an LLM is told."""

    async def use(self, asked: str, desk: Desk) -> Observation:
        """Return what it says to the text; raise what it fails with, a ValueError for a text it cannot take."""


def as_stated(tool: AgentTool) -> Tool:
    """Return the tool as providers are told of it."""
    asked = {"type": "object", "properties": {ARGUMENT: {"type": "string"}}, "required": [ARGUMENT]}
    return Tool(tool.name, tool.about, asked)
