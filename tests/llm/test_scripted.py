"""The scripted provider: what a test wants an LLM to do, it does."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmBusy, LlmRefusedKey, LlmRefusedRequest, LlmUnavailable
from modelyard.llm.provider import Access, End, Message, Text, Wish


def scripted(**parameters: Any) -> Client:
    provider = family("provider").parse({"kind": "scripted", **parameters})
    return Client(provider, Access(None, Settings(llm_max_attempts=1)), llm_id=None, owner_id=None, ledger=None)


def say(client: Client, asked: str, **wish: Any) -> str:
    return client.complete_text([Message("user", asked)], Wish(**wish)).text


def test_the_first_line_that_fits_is_said() -> None:
    lines = [
        {"when": r"capital of (?P<land>\w+)", "say": r"Of \g<land>: Paris [1]."},
        {"when": "capital", "say": "Second."},
    ]
    client = scripted(lines=lines, otherwise="No idea.")
    assert client.info.is_scripted
    assert say(client, "What is the CAPITAL of France?") == "Of France: Paris [1]."
    assert say(client, "a\ncapital\nletter") == "Second."
    assert say(client, "Hello") == "No idea."
    assert say(client, "") == "No idea."


@pytest.mark.parametrize("is_list", [True, False])
def test_a_script_is_read_from_a_file_and_again_when_it_changes(is_list: bool, tmp_path: Path) -> None:
    path = tmp_path / "script.json"

    def write(*lines: dict[str, str]) -> None:
        path.write_text(json.dumps(list(lines)) if is_list else "\n".join(map(json.dumps, lines)), encoding="utf-8-sig")

    write({"when": "sky", "say": "Blue."})
    client = scripted(file=str(path))
    assert say(client, "sky?") == "Blue."
    write({"when": "sky", "say": "Grey."}, {"say": "Anything."})
    assert (say(client, "sky?"), say(client, "sea?")) == ("Grey.", "Anything.")


@pytest.mark.parametrize("text", ["{", "[1]", '{"wenn": "x"}', '[{"when": "("}]', "\ufffe", "[" * 100_000])
def test_what_is_no_script_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text(text)
    provider = family("provider").parse({"kind": "scripted", "file": str(path)})
    with pytest.raises(Invalid, match="is no script"):
        provider.check(Access(None, Settings()))


@pytest.mark.parametrize("when", ["(a+)+b", "(a|aa)+$", "(x+x+)+y"])
def test_a_pattern_that_takes_too_long_is_refused_and_holds_nobody_up(when: str) -> None:
    provider = family("provider").parse({"kind": "scripted", "lines": [{"when": when, "say": "Never."}]})
    with pytest.raises(Invalid, match="takes too long"):
        provider.check(Access(None, Settings()))
    # One that was saved before it was tried so is stopped, and what else the loop does goes on meanwhile.
    client = Client(provider, Access(None, Settings(llm_max_attempts=1)), llm_id=None, owner_id=None, ledger=None)
    assert asyncio.run(_turns_while(client, "ax" * 2 + "a" * 4000 + "x" * 4000 + "!")) > 10


async def _turns_while(client: Client, asked: str) -> int:
    """Return how often something else had its turn until the LLM refused the question."""

    async def refused() -> None:
        with pytest.raises(LlmRefusedRequest, match="takes too long"):
            await anext(client.complete([Message("user", asked)], Wish()))

    answering, n_turns = asyncio.ensure_future(refused()), 0
    while not answering.done():
        await asyncio.sleep(0.001)
        n_turns += 1
    await answering
    return n_turns


def test_patterns_in_use_are_quick() -> None:
    lines = [
        {"when": when} for when in ("^.*$", ".*capital.*of.*x", r"(\w+) (\w+)\?", "lamp|light", r"<<(\w+)>>\n(.*)\n<<")
    ]
    family("provider").parse({"kind": "scripted", "lines": lines}).check(Access(None, Settings()))


@pytest.mark.parametrize(
    ("fail", "error"),
    [("401", LlmRefusedKey), ("429", LlmBusy), ("500", LlmUnavailable), ("garbage", LlmUnavailable)],
)
def test_it_fails_as_it_is_told(fail: str, error: type[Exception]) -> None:
    with pytest.raises(error) as failed:
        say(scripted(fail=fail), "x")
    assert type(failed.value) is error
    with pytest.raises(error):
        scripted(fail=fail).embed(["x"], "question")
    lines = [{"when": "bad", "fail": fail}, {"say": "Good."}]
    with pytest.raises(error):
        say(scripted(lines=lines), "bad")
    assert say(scripted(lines=lines), "fine") == "Good."
    assert say(scripted(fail=fail, fail_fraction=0, otherwise="Good."), "x") == "Good."


def test_half_an_answer_comes_before_it_breaks_off() -> None:
    async def read() -> list[str]:
        found = []
        try:
            async for piece in scripted(fail="half", otherwise="one two three four").complete([Message("user", "x")]):
                found.append(piece.text if isinstance(piece, Text) else "end")
        except LlmUnavailable:
            found.append("broken")
        return found

    assert asyncio.run(read()) == ["one", " two", "broken"]


def test_words_come_one_after_another_and_many_answers_side_by_side() -> None:
    client = scripted(otherwise="one two three four five", seconds_to_first=0.05, seconds_per_word=0.02)

    order: list[bool] = []

    async def one() -> int:
        pieces = []
        async for piece in client.complete([Message("user", "x")]):
            order.append(isinstance(piece, End))
            pieces.append(piece)
        assert isinstance(pieces[-1], End)
        return len(pieces)

    async def many() -> list[int]:
        return await asyncio.gather(*(one() for _ in range(64)))

    assert asyncio.run(many()) == [6] * 64
    assert order.index(True) >= 64, "one after another, the first would end before the second begins"


def test_an_answer_is_cut_where_it_was_wished() -> None:
    answered = scripted(otherwise="one two three").complete_text([Message("user", "x")], Wish(max_tokens=2))
    assert (answered.text, answered.end.finish) == ("one two", "length")
    assert answered.usage.cost_usd == 0


def test_a_tool_is_asked_for() -> None:
    client = scripted(lines=[{"tool": "search", "arguments": {"query": "sky"}}])

    async def read() -> list[Any]:
        return [piece async for piece in client.complete([Message("user", "x")])]

    call, end = asyncio.run(read())
    assert (call.name, call.arguments, end.finish) == ("search", {"query": "sky"}, "tool")


def test_its_vectors_are_near_where_words_are_shared() -> None:
    vectors = scripted(size=256).embed(["the blue sky", "sky so blue", "printer paper", ""], "passage")
    assert vectors[0] @ vectors[1] > 0.5 > abs(vectors[0] @ vectors[2])
    assert (vectors**2).sum(axis=1).tolist() == pytest.approx([1] * 4)
