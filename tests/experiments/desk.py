"""A desk over an LLM of this process: what a strategy or a scorer asks is really asked, and kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import NotJson
from modelyard.experiments.strategy import Among, Said
from modelyard.kernel.errors import Forbidden
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Access, End, Message, Text, Tool, ToolCall, Wish

ACCESS = Access(None, Settings())


@dataclass
class Desk:
    """Asks a provider; passages, pages of the network and samples for examples are those that a test brings."""

    provider: Any
    passages: Sequence[FoundPassage] = ()
    pages: Any = None
    pool: Sequence[Sample] = ()
    is_network_allowed: bool = False
    asked: list[tuple[Message, ...]] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    searched: list[tuple[dict[str, Any], str, int]] = field(default_factory=list)
    drawn_among: list[Among] = field(default_factory=list)
    say: Callable[[int], str] | None = None
    """What is said to the n-th request instead of asking the provider."""

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        draw: int = 0,
        temperature: float | None = None,
        least_tokens: int = 0,
    ) -> Said:
        wish = Wish(max(256, least_tokens), temperature or 0.0, tuple(tools), seed=draw)
        self.asked.append(tuple(messages))
        self.wishes.append(wish)
        if self.say is not None:
            return Said(self.say(len(self.asked) - 1))
        return await self._said(messages, wish)

    async def _said(self, messages: Sequence[Message], wish: Wish) -> Said:
        text, calls, finish = "", [], "stop"
        async for piece in self.provider.complete(messages, wish, ACCESS):
            match piece:
                case Text(said):
                    text += said
                case ToolCall():
                    calls.append(piece)
                case End(how):
                    finish = how
        return Said(text, tuple(calls), finish)  # type: ignore[arg-type]  # a finish, as the provider has it

    async def find(self, retriever: dict[str, Any], question: str, *, k: int) -> tuple[FoundPassage, ...]:
        self.searched.append((retriever, question, k))
        return tuple(self.passages[:k])

    def examples(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        self.drawn_among.append(among)
        order = np.random.default_rng(seed).permutation(len(self.pool))
        drawn = [self.pool[place] for place in order if self.pool[place].id != asked.id]
        return tuple(drawn[:n])

    async def fetch(self, url: str, parameters: dict[str, str]) -> Any:
        if not self.is_network_allowed:
            raise Forbidden("This experiment may not ask the network.")
        return self.pages

    async def judge(self, llm: str, messages: Sequence[Message], schema: dict[str, Any], *, max_tokens: int) -> Any:
        self.asked.append(tuple(messages))
        said = (await self._said(messages, Wish(max_tokens, schema=schema))).text
        try:
            return json.loads(said)
        except ValueError:
            raise NotJson(f"The judge answered no JSON: {said[:200]!r}") from None

    async def embed(self, embedder: str | None, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
        return np.asarray(self.provider.embed(texts, "passage", ACCESS).vectors)


def desk(*lines: tuple[str, str] | dict[str, Any], otherwise: str = "", **more: Any) -> Desk:
    """Return a desk with a scripted LLM: pairs of a pattern and what is said, or whole lines."""
    script = [line if isinstance(line, dict) else {"when": line[0], "say": line[1]} for line in lines]
    provider = family("provider").parse({"kind": "scripted", "lines": script, "otherwise": otherwise})
    return Desk(provider, **more)
