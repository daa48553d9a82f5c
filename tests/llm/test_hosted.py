"""LLMs behind HTTP, through the real library and a real server: streams, and every way in which they fail."""

import asyncio
import time
from contextlib import aclosing

import pytest

from modelyard.kernel.addresses import UnsafeAddress
from modelyard.kernel.kinds import family
from modelyard.llm import attempts
from modelyard.llm.bridge import USUAL_THINKING_TOKENS
from modelyard.llm.errors import (
    CannotEmbed,
    LlmBusy,
    LlmRefusedKey,
    LlmRefusedRequest,
    LlmTookTooLong,
    LlmTooLong,
    LlmUnavailable,
)
from modelyard.llm.prices import cost_usd
from modelyard.llm.provider import End, Message, Piece, Text, Tool, ToolCall, Wish
from tests.llm.conftest import SECRET, MakeClient, quick
from tests.llm.stub import Stub

KINDS = ("openai", "hf_api", "cohere", "anthropic")
ASKED = (Message("system", "Be short."), Message("user", "Which colour has the sky?"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_comes_in_pieces_with_what_it_took(kind: str, make: MakeClient, stub: Stub) -> None:
    async def pieces() -> list[Piece]:
        return [piece async for piece in make(kind).complete(ASKED, Wish(max_tokens=50))]

    found = asyncio.run(pieces())
    assert [piece.text for piece in found if isinstance(piece, Text)] == stub.words
    end = found[-1]
    assert isinstance(end, End)
    assert (end.finish, end.usage.n_output_tokens, end.usage.is_estimated) == ("stop", 5, False)
    assert end.usage.n_input_tokens in (11, 60), "Cohere counts what it reads, not what it bills"
    sent = stub.asked[0]
    assert sent.get("max_tokens") == 50
    assert "Be short." in str(sent)
    assert SECRET in stub.headers[0]["authorization"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("behaviour", "error", "n_requests"),
    [
        ("401", LlmRefusedKey, 1),
        ("403", LlmRefusedKey, 1),
        ("404", LlmRefusedRequest, 1),
        ("redirect", LlmRefusedRequest, 1),
        ("429", LlmBusy, 2),
        ("500", LlmUnavailable, 2),
        ("503", LlmUnavailable, 2),
        ("drop", LlmUnavailable, 2),
        ("garbage", LlmUnavailable, 2),
        ("half", LlmUnavailable, 1),
        ("half and end", LlmUnavailable, 1),
    ],
)
def test_a_failure_says_which_and_is_tried_again_only_before_the_first_piece(
    kind: str, behaviour: str, error: type[Exception], n_requests: int, make: MakeClient, stub: Stub
) -> None:
    stub.behaviours = [behaviour]
    with pytest.raises(error) as failed:
        make(kind).complete_text(ASKED)
    assert type(failed.value) is error
    assert len(stub.asked) == n_requests
    assert failed.value.hint  # type: ignore[attr-defined]
    assert SECRET not in str(failed.value), "the server repeats the key in its error"


@pytest.mark.parametrize("behaviour", ["slow", "pause"])
def test_a_provider_has_only_so_much_time(behaviour: str, make: MakeClient, stub: Stub) -> None:
    stub.behaviours = [behaviour]
    with pytest.raises(LlmTookTooLong, match=r"did not begin|paused in the middle"):
        make().complete_text(ASKED)
    assert len(stub.asked) == 1


def test_whoever_is_busy_is_asked_again_when_it_says(make: MakeClient, stub: Stub) -> None:
    stub.behaviours, stub.retry_after = ["429", "500", "fine"], "1"
    began = time.monotonic()
    assert make(settings=quick(llm_max_attempts=4)).complete_text(ASKED).text == "The sky is blue."
    assert time.monotonic() - began >= 1
    assert len(stub.asked) == 3


def test_nobody_waits_for_a_provider_that_asks_for_minutes(make: MakeClient, stub: Stub) -> None:
    stub.behaviours, stub.retry_after = ["429"], "600"
    with pytest.raises(LlmBusy) as failed:
        make().complete_text(ASKED)
    assert len(stub.asked) == 1
    assert failed.value.headers == {"Retry-After": "600"}
    assert attempts.LONGEST_WAIT_SECONDS < 600


def test_tools_and_schemas_go_there_and_come_back(make: MakeClient, stub: Stub) -> None:
    stub.behaviours = ["tool"]
    tool = Tool("search", "Look it up.", {"type": "object", "properties": {"query": {"type": "string"}}})

    async def pieces() -> list[Piece]:
        return [piece async for piece in make().complete(ASKED, Wish(tools=(tool,)))]

    found = asyncio.run(pieces())
    assert found[0] == ToolCall("t1", "search", {"query": "sky"})
    assert isinstance(found[-1], End)
    assert found[-1].finish == "tool"
    stub.behaviours = ["fine"]
    schema = {"type": "object", "properties": {"colour": {"type": "string"}}, "required": ["colour"]}
    make().complete_text(ASKED, Wish(schema=schema))
    stated = stub.asked[-1]["response_format"]
    assert stated["type"] == "json_schema"
    assert stated["json_schema"]["schema"]["required"] == ["colour"]


def test_where_no_schema_can_be_forced_json_is_asked_for_in_words(make: MakeClient, stub: Stub) -> None:
    schema = {"type": "object", "properties": {"colour": {"type": "string"}}}
    make("cohere", model="command-r-08-2024").complete_text(ASKED, Wish(schema=schema))
    assert '"colour"' in stub.asked[-1]["messages"][0]["content"]


def test_an_llm_that_always_thinks_has_room_for_it_and_thinks_little(make: MakeClient, stub: Stub) -> None:
    assert make(model="gpt-5-mini").complete_text(ASKED, Wish(temperature=0.5, max_tokens=100)).text
    sent = stub.asked[-1]
    assert (sent["max_tokens"], sent["reasoning_effort"]) == (100 + USUAL_THINKING_TOKENS, "minimal")
    assert "temperature" not in sent, "it takes none"
    make(thinking_tokens=500).complete_text(ASKED, Wish(max_tokens=100))
    assert stub.asked[-1]["max_tokens"] == 600


def test_what_an_llm_thinks_aloud_is_not_part_of_its_answer(make: MakeClient, stub: Stub) -> None:
    stub.words = ["<think>", "The user wants", " a colour", "</think>", "Blue", "."]
    assert make(model="deepseek-r1").complete_text(ASKED).text == "Blue."


def test_prices_are_those_of_the_table_by_address_and_name() -> None:
    def cost(kind: str, model: str, **parameters: str) -> float | None:
        provider = family("provider").parse({"kind": kind, "model": model, **parameters})
        return cost_usd(provider, 1_000_000, 0)

    assert cost("openai", "gpt-4o-mini") == pytest.approx(0.15)
    assert cost("anthropic", "claude-haiku-4-5") == pytest.approx(1.0)
    assert cost("openai", "gpt-4o-mini", base_url="http://localhost:11434/v1") is None
    assert cost("openai", "nobody-knows-this") is None
    assert cost("hf_api", "meta-llama/Llama-3.3-70B-Instruct") is None


def test_what_a_provider_does_not_count_is_estimated_and_says_so(make: MakeClient, stub: Stub) -> None:
    stub.behaviours = ["no usage"]
    usage = make().complete_text(ASKED).usage
    assert usage.is_estimated
    assert usage.n_input_tokens > 0 < usage.n_output_tokens


def test_an_answer_that_was_cut_says_so(make: MakeClient, stub: Stub) -> None:
    stub.behaviours = ["cut"]
    assert make().complete_text(ASKED).end.finish == "length"


def test_costs_come_from_the_table_from_the_owner_or_are_unknown(make: MakeClient) -> None:
    assert make().complete_text(ASKED).usage.cost_usd is None, "nobody knows the prices of this server"
    stated = make(usd_per_million_in=1.0, usd_per_million_out=2.0).complete_text(ASKED).usage
    assert stated.cost_usd == pytest.approx(21e-6)
    assert make(usd_per_million_in=0.0).complete_text(ASKED).usage.cost_usd == 0


def test_whoever_stops_reading_breaks_the_request_off(make: MakeClient, stub: Stub) -> None:
    stub.words = [f" word{i}" for i in range(20_000)]

    async def first() -> Piece:
        async with aclosing(make().complete(ASKED)) as pieces:
            return await anext(pieces)

    assert asyncio.run(first()) == Text(" word0")
    deadline = time.monotonic() + 5
    while stub.n_at_once and time.monotonic() < deadline:
        time.sleep(0.02)
    assert stub.n_at_once == 0, "the server still writes to nobody"


def test_only_so_many_requests_are_at_a_provider_at_once(make: MakeClient, stub: Stub) -> None:
    stub.hold_seconds = 0.05
    # Turns belong to an address, and are as many as its first user allowed: this one nobody has used.
    client = make("cohere", settings=quick(llm_concurrency=2), base_url=stub.url.replace("127.0.0.1", "localhost"))

    async def whole() -> str:
        return "".join([piece.text async for piece in client.complete(ASKED) if isinstance(piece, Text)])

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(whole() for _ in range(6)))

    assert asyncio.run(all_of_them()) == ["The sky is blue."] * 6
    assert stub.most_at_once == 2


def test_private_addresses_are_refused_where_that_is_set_also_at_the_last_moment(make: MakeClient, stub: Stub) -> None:
    with pytest.raises(UnsafeAddress, match="not a public address"):
        make(settings=quick(allow_private_addresses=False)).complete_text(ASKED)
    assert not stub.asked


def test_an_embedder_is_no_llm(make: MakeClient) -> None:
    with pytest.raises(CannotEmbed):
        make(serves="embeddings").complete_text(ASKED)
    with pytest.raises(CannotEmbed):
        make().embed(["sky"], "question")


def test_the_library_takes_nothing_from_the_environment(
    make: MakeClient, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/leak")
    make().complete_text(ASKED)
    assert "leak" not in str(stub.headers)


def test_too_long_is_told_apart(make: MakeClient, stub: Stub) -> None:
    stub.error = {"message": "maximum context length is 8 tokens", "type": "e", "code": "context_length_exceeded"}
    stub.behaviours = ["400"]
    with pytest.raises(LlmTooLong):
        make().complete_text(ASKED)
