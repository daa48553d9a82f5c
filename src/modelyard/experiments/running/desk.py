"""The desk of one answer: what its strategy asks, counted."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from modelyard.experiments.configurations import Configuration
from modelyard.experiments.running.finding import Finders
from modelyard.experiments.running.line import Line, Tally
from modelyard.experiments.sample import Sample
from modelyard.experiments.strategy import Among, Said
from modelyard.kernel.errors import Forbidden, Unavailable
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Message, Tool, Wish

SEEDS = 2**31
REPEAT_STRIDE = 1_000_003
"""Between the seeds of repeats: the draws of one never meet those of another."""
FETCH_SECONDS = 20.0
FETCH_BYTES = 4 * 2**20


class Drawer(Protocol):
    """Draws worked examples."""

    def __call__(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        """Return up to `n` samples with an answer, drawn by the seed, without the one asked."""


class AnswerDesk:
    """Where a strategy asks for one sample's answer, in one repeat; it is `modelyard.experiments.strategy.Desk`."""

    def __init__(
        self,
        configuration: Configuration,
        line: Line,
        *,
        repeat: int,
        finders: Finders,
        draw: Drawer,
        is_network_allowed: bool,
    ) -> None:
        self.is_network_allowed = is_network_allowed
        self.tally = Tally()
        self._configuration = configuration
        self._line = line
        self._repeat = repeat
        self._finders = finders
        self._draw = draw

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        draw: int = 0,
        temperature: float | None = None,
        least_tokens: int = 0,
    ) -> Said:
        """Ask the configuration's LLM; each draw and each repeat has a seed of its own."""
        wish = Wish(
            max_tokens=max(self._configuration.max_tokens, least_tokens),
            temperature=self._configuration.temperature if temperature is None else temperature,
            tools=tuple(tools),
            seed=self._seed(draw),
        )
        return await self._line.ask(messages, wish, self.tally)

    async def find(self, retriever: dict[str, Any], question: str, *, k: int) -> tuple[FoundPassage, ...]:
        """Return passages for a question."""
        return await self._finders.find(retriever, question, k=k)

    def examples(self, n: int, *, seed: int, asked: Sample, among: Among) -> tuple[Sample, ...]:
        """Return up to `n` samples with an answer."""
        return self._draw(n, seed=seed, asked=asked, among=among)

    async def fetch(self, url: str, parameters: dict[str, str]) -> Any:
        """Return the JSON at an address; only public addresses are asked, and only where the document allows it."""
        if not self.is_network_allowed:
            raise Forbidden("This experiment may not ask the network.", hint="Set allow_network in its document.")
        return await asyncio.to_thread(_fetched, f"{url}?{urlencode(parameters)}" if parameters else url)

    def _seed(self, draw: int) -> int | None:
        seed = self._configuration.seed
        return None if seed is None else (seed + REPEAT_STRIDE * self._repeat + draw) % SEEDS


def _fetched(url: str) -> Any:
    from modelyard.kernel.fetching import Fetcher, FetchLimits

    # Never a private address, whatever this yard allows for its own LLMs: an agent writes what is asked for.
    with Fetcher(allow_private=False, limits=FetchLimits(FETCH_BYTES, FETCH_SECONDS)) as fetcher:
        content = fetcher.fetch(url).content
    try:
        return json.loads(content)
    except ValueError:
        raise Unavailable(f"{url.partition('?')[0]} answered no JSON.") from None
