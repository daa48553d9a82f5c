"""One LLM as an attempt asks it: what it says is counted, within the budget, at one pace for all."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar, Literal

import pytest

from modelyard.experiments.amount import Amount
from modelyard.experiments.configurations import FrozenLlm, FrozenPrices
from modelyard.experiments.document import Limits, Pace
from modelyard.experiments.errors import BudgetSpent, NotAsked
from modelyard.experiments.running import line as lines
from modelyard.experiments.running import pacing
from modelyard.experiments.running.line import Line, Tally
from modelyard.experiments.running.pacing import IN_VAIN, Gate
from modelyard.experiments.running.spending import Purse
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmBusy, LlmRefusedKey, LlmTookTooLong, LlmUnavailable
from modelyard.llm.provider import Access, End, Message, Piece, Provider, Text, ToolCall, Usage, Wish

ASKED = [Message("user", "Which?")]
WISH = Wish(max_tokens=100)


class Told(Provider):
    """An LLM that says the same each time, and says it took what it likes."""

    kind: Literal["told"] = "told"
    text: str = "Paris"
    n_input_tokens: int = 3
    n_output_tokens: int = 2
    tool: bool = False
    title: ClassVar[str] = "Told"

    @property
    def name(self) -> str:
        return "told"

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        if self.tool:
            yield ToolCall("1", "search", {"query": "sky"})
        yield Text(self.text)
        yield End("tool" if self.tool else "stop", Usage(self.n_input_tokens, self.n_output_tokens))


class Failing(Told):
    """One whose first answers fail."""

    errors: ClassVar[list[Exception]] = []
    n_asked: ClassVar[int] = 0

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        type(self).n_asked += 1
        if self.errors:
            raise self.errors.pop(0)
        yield Text(self.text)
        yield End("stop", Usage(3, 2))


def line_to(provider: Provider, *, pace: Pace | None = None, limits: Limits | None = None) -> tuple[Line, Purse]:
    prices = FrozenPrices(usd_per_million_in=1e6, usd_per_million_out=1e6)
    llm = FrozenLlm(
        id="lm",
        name="Told",
        label="Told",
        provider="told",
        model="told",
        prices=prices,
        is_scripted=False,
        takes_seed=False,
        identity="",
    )
    client = Client(provider, Access(None, Settings(llm_max_attempts=1)), llm_id=None, owner_id=None, ledger=None)
    purse = Purse(limits or Limits(), Amount())
    return Line(llm, client, Gate("Told", pace or Pace()), purse), purse


async def asked(provider: Provider, **settings: Pace | Limits) -> Tally:
    tally = Tally()
    line, _ = line_to(provider, **settings)  # type: ignore[arg-type]  # pace and limits by their names
    await line.ask(ASKED, WISH, tally)
    return tally


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (3, 2, False)),
        ({"n_input_tokens": 0, "n_output_tokens": 0}, (2, 2, True)),
        ({"n_output_tokens": -5}, (2, 2, True)),
        ({"n_input_tokens": 10**18}, (2, 2, True)),
        ({"text": "x" * 1000, "n_output_tokens": 1}, (2, 250, True)),
    ],
)
def test_wrong_counts_are_counted_here(told: dict[str, object], expected: tuple[int, int, bool]) -> None:
    tally = asyncio.run(asked(Told.model_validate(told)))
    assert (tally.n_input_tokens, tally.n_output_tokens, tally.is_estimated) == expected


def test_what_an_llm_asks_of_tools_comes_with_what_it_says() -> None:
    async def go() -> None:
        line, _ = line_to(Told(tool=True, text="Looking.\x00"))
        said = await line.ask(ASKED, WISH, Tally())
        assert (said.text, said.finish) == ("Looking.\ufffd", "tool")
        assert [(call.name, call.arguments) for call in said.tool_calls] == [("search", {"query": "sky"})]

    asyncio.run(go())


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LETTERS", 1000)

    async def go() -> None:
        line, purse = line_to(Told(text="x" * 5000))
        said = await line.ask(ASKED, WISH, Tally())
        assert (len(said.text), said.finish, purse.spent.n_tokens) == (1000, "length", 252)

    asyncio.run(go())


def test_the_budget_is_never_passed_by_those_who_ask_at_once() -> None:
    async def go() -> None:
        line, purse = line_to(Told(), limits=Limits(tokens=150))
        # Each may take 102 and takes 5: one at a time fits, until 48 are left.
        said = await asyncio.gather(*(line.ask(ASKED, WISH, Tally()) for _ in range(20)), return_exceptions=True)
        assert purse.spent.n_tokens == 50
        assert [isinstance(each, BudgetSpent) for each in said] == [False] * 10 + [True] * 10

    asyncio.run(go())


def test_everybody_waits_for_the_same_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FIRST_WAIT_SECONDS", 0.05)

    async def go() -> None:
        Failing.errors, Failing.n_asked = [LlmBusy("busy")] * 9, 0
        line, _ = line_to(Failing())
        tallies = [Tally() for _ in range(8)]
        await asyncio.gather(*(line.ask(ASKED, WISH, tally) for tally in tallies))
        # The eight fail together; one tries and fails, then one tries and is answered, and the seven follow.
        assert Failing.n_asked == 8 + 1 + 8
        assert all(tally.waited_seconds > 0.1 for tally in tallies)

    asyncio.run(go())


def test_patience_ends_and_in_the_end_nobody_is_asked() -> None:
    async def go() -> None:
        Failing.errors, Failing.n_asked = [LlmBusy("busy")] * 100, 0
        line, _ = line_to(Failing(), pace=Pace(concurrency=1, patience_seconds=0))
        for _ in range(IN_VAIN):
            with pytest.raises(LlmBusy):
                await line.ask(ASKED, WISH, Tally())
        with pytest.raises(NotAsked):
            await line.ask(ASKED, WISH, Tally())
        assert Failing.n_asked == IN_VAIN

    asyncio.run(go())


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (LlmUnavailable("half an answer"), True),
        (LlmTookTooLong("hung"), False),
        (LlmRefusedKey("no"), False),
    ],
)
def test_what_is_tried_again(error: Exception, is_tried_again: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FIRST_WAIT_SECONDS", 0.01)

    async def go() -> None:
        Failing.errors, Failing.n_asked = [error], 0
        line, _ = line_to(Failing())
        if is_tried_again:
            assert (await line.ask(ASKED, WISH, Tally())).text == "Paris"
        else:
            with pytest.raises(type(error)):
                await line.ask(ASKED, WISH, Tally())
        assert Failing.n_asked == 1 + is_tried_again
        assert (line.gate.closed is not None) == isinstance(error, LlmRefusedKey)

    asyncio.run(go())


def test_so_many_at_a_time_and_so_many_a_minute() -> None:
    async def go() -> None:
        gate = Gate("Told", Pace(concurrency=2, requests_per_minute=60 / 0.02))
        n_inside, most, begun = 0, 0, asyncio.get_running_loop().time()

        async def one() -> None:
            nonlocal n_inside, most
            async with gate.turn():
                n_inside += 1
                most = max(most, n_inside)
                await asyncio.sleep(0.05)
                n_inside -= 1

        await asyncio.gather(*(one() for _ in range(8)))
        assert most == 2
        assert asyncio.get_running_loop().time() - begun >= 7 * 0.02

    asyncio.run(go())
