"""One LLM as an attempt asks it: its client behind its gate, every request within the budget and counted."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from modelyard.experiments.amount import Amount
from modelyard.experiments.configurations import FrozenLlm
from modelyard.experiments.errors import BudgetSpent
from modelyard.experiments.running.pacing import Gate
from modelyard.experiments.running.spending import Purse
from modelyard.experiments.strategy import Said
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.client import Client
from modelyard.llm.errors import BudgetReached, LlmRefusedKey, LlmUnavailable
from modelyard.llm.prices import estimated_tokens
from modelyard.llm.provider import End, Finish, Message, Text, ToolCall, Usage, Wish, storable

MOST_LETTERS = 2_000_000
"""Of one answer: a provider that writes without end, whatever it was allowed, is stopped here."""
MOST_LETTERS_A_TOKEN = 50
"""A count that would make tokens longer than this is wrong; it is counted here instead."""
MOST_TOKENS = 10_000_000
"""No request is longer."""


@dataclass
class Tally:
    """What the requests of one answer took."""

    n_requests: int = 0
    n_input_tokens: int = 0
    n_output_tokens: int = 0
    is_estimated: bool = False
    cost_usd: float | None = 0.0
    """None: nobody knows the price of some request."""
    known_usd: float = 0.0
    """Of the requests whose price is known."""
    waited_seconds: float = 0.0
    """For a turn, a pause, and tries that came to nothing."""

    def add(self, usage: Usage) -> None:
        """Count one request."""
        self.n_requests += 1
        self.n_input_tokens += usage.n_input_tokens
        self.n_output_tokens += usage.n_output_tokens
        self.is_estimated = self.is_estimated or usage.is_estimated
        unknown = self.cost_usd is None or usage.cost_usd is None
        self.cost_usd = None if unknown else (self.cost_usd or 0.0) + (usage.cost_usd or 0.0)
        self.known_usd += usage.cost_usd or 0.0

    @property
    def amount(self) -> Amount:
        """Return what they took, requests of unknown price as 0."""
        return Amount(self.n_input_tokens, self.n_output_tokens, self.known_usd)


@dataclass
class _Given:
    """What came of one request so far."""

    texts: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    n_letters: int = 0
    finish: Finish | None = None
    usage: Usage = field(default_factory=Usage)


class Line:
    """One LLM of an attempt."""

    def __init__(self, llm: FrozenLlm, client: Client, gate: Gate, purse: Purse) -> None:
        self.llm = llm
        self.gate = gate
        self._client = client
        self._purse = purse
        self.n_requests = 0

    async def ask(self, messages: Sequence[Message], wish: Wish, tally: Tally) -> Said:
        """Return what the LLM says, asked again while its provider is busy or away.

        Raises what it fails with, BudgetSpent, and NotAsked once nothing is asked any more.
        """
        n_input_tokens = sum(estimated_tokens(message.text) for message in messages)
        begun, n_tries = time.monotonic(), 0
        while True:
            n_tries += 1
            async with self.gate.turn() as wave:
                started = time.monotonic()
                try:
                    said = await self._ask_once(messages, wish, n_input_tokens, tally)
                except (LlmUnavailable, LlmRefusedKey) as error:
                    tally.waited_seconds += time.monotonic() - begun
                    begun = time.monotonic()
                    wait = self.gate.wait_after(error, n_tries, wave)
                    if wait is None:
                        self.gate.gave_up(error)
                        raise
                else:
                    tally.waited_seconds += started - begun
                    return said
            await asyncio.sleep(wait)

    async def _ask_once(self, messages: Sequence[Message], wish: Wish, n_input_tokens: int, tally: Tally) -> Said:
        at_most = self.llm.cost_usd(n_input_tokens, wish.max_tokens) or 0.0
        most = Amount(n_input_tokens, wish.max_tokens, at_most)
        reserved = await self._purse.reserve(most)
        given, usage = _Given(), Usage(cost_usd=0.0)
        try:
            await self._read(given, messages, wish)
            usage = self._believed(given, n_input_tokens)
        except BudgetReached as error:  # the owner's, for the month: nothing more can be asked
            raise BudgetSpent(error.message, hint=error.hint) from error
        except ModelyardError:
            if given.texts:  # the provider counts what it has given so far
                usage = self._believed(given, n_input_tokens)
            raise
        finally:
            self._purse.settle(reserved, Amount(usage.n_input_tokens, usage.n_output_tokens, usage.cost_usd or 0.0))
            if usage.n_input_tokens or usage.n_output_tokens:
                self.n_requests += 1
                tally.add(usage)
        return Said("".join(given.texts), tuple(given.calls), given.finish or "stop")

    async def _read(self, given: _Given, messages: Sequence[Message], wish: Wish) -> None:
        async with aclosing(self._client.complete(messages, wish)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Text):
                    given.texts.append(_kept(piece.text[: MOST_LETTERS - given.n_letters]))
                    given.n_letters += len(piece.text)
                elif isinstance(piece, ToolCall):
                    given.calls.append(piece)
                else:
                    given.finish, given.usage = piece.finish, piece.usage
                if given.n_letters >= MOST_LETTERS and not isinstance(piece, End):
                    given.finish = "length"
                    break
                self.gate.answered()
        if given.finish is None:
            raise LlmUnavailable(f"{self.llm.name} gave no answer.")

    def _believed(self, given: _Given, n_input_tokens: int) -> Usage:
        """Return what the provider says it took; where that cannot be, as it is counted here."""
        told = given.usage
        counts = (told.n_input_tokens, told.n_output_tokens)
        is_possible = all(0 <= count <= MOST_TOKENS for count in counts) and any(counts)
        if is_possible and given.n_letters <= MOST_LETTERS_A_TOKEN * max(told.n_output_tokens, 1):
            return told
        asked = json.dumps([call.arguments for call in given.calls], default=str) if given.calls else ""
        n_output_tokens = estimated_tokens("".join(given.texts) + asked) if given.texts or asked else 0
        cost = self.llm.cost_usd(n_input_tokens, n_output_tokens)
        return replace(
            told, n_input_tokens=n_input_tokens, n_output_tokens=n_output_tokens, cost_usd=cost, is_estimated=True
        )


def _kept(text: str) -> str:
    """Return the text as a database can keep it."""
    return storable(text).replace("\x00", "\ufffd")
