"""What LLMs cost: counted to the token, never lost, and stopped by the budget."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, client_for
from modelyard.llm.errors import BudgetReached
from modelyard.llm.ledger import Account, ledger_of
from modelyard.llm.provider import Message, Usage, Wish
from modelyard.llm.tables import LlmSpending
from modelyard.llm.verbs import create_llm, get_budget, set_budget
from tests.llm.conftest import SECRET
from tests.llm.stub import Stub

pytestmark = pytest.mark.postgres
ASKED = (Message("user", "Which colour has the sky?"),)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def priced(yard: Yard, owner: Actor, stub: Stub, **changes: object) -> Client:
    """An LLM of the stub whose 11 tokens in and 5 out cost 11 + 10 USD."""
    document = {"kind": "openai", "model": "gpt-x", "base_url": f"{stub.url}/v1",
                "usd_per_million_in": 1e4, "usd_per_million_out": 1e4, **changes}  # fmt: skip
    with yard.context(owner) as ctx:
        llm = create_llm(ctx, "GPT", document, secret=SECRET)
    with yard.context(owner, writes=False) as ctx:
        return client_for(ctx, llm.id)


def written(yard: Yard) -> None:
    """Wait until all that is owed is written down."""
    with yard.readers() as session:
        ledger_of(session).write_down()


def spent(yard: Yard, owner: Actor) -> LlmSpending:
    written(yard)
    with yard.context(owner, writes=False) as ctx:
        return get_budget(ctx).by_llm[0]


def test_an_answer_is_written_down_and_added_up(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    for _ in range(2):
        usage = client.complete_text(ASKED).usage
    assert usage.cost_usd == pytest.approx(0.16)
    row = spent(yard, owner)
    assert (row.provider_kind, row.llm_name, row.n_requests) == ("openai", "gpt-x", 2)
    assert (row.n_input_tokens, row.n_output_tokens, row.n_unknown_cost) == (22, 10, 0)
    assert row.cost_usd == pytest.approx(0.32)


def test_a_price_that_nobody_knows_is_counted_and_never_zero(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub, usd_per_million_in=None, usd_per_million_out=None)
    assert client.complete_text(ASKED).usage.cost_usd is None
    written(yard)
    with yard.context(owner, writes=False) as ctx:
        budget = get_budget(ctx)
    assert (budget.spent_usd, budget.n_unknown_cost, budget.by_llm[0].n_requests) == (0.0, 1, 1)


def test_the_budget_stops_the_next_request_and_what_is_free_goes_on(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    with yard.context(owner) as ctx:
        set_budget(ctx, 0.10)
        scripted = create_llm(ctx, "Script", {"kind": "scripted", "otherwise": "Blue."})
    client.complete_text(ASKED)
    assert spent(yard, owner).n_requests == 1
    with pytest.raises(BudgetReached, match=r"\$0\.1000 .* \$0\.1600 is spent\.") as stopped:
        client.complete_text(ASKED)
    assert stopped.value.status == 402
    assert len(stub.asked) == 1
    with yard.context(owner, writes=False) as ctx:
        assert client_for(ctx, scripted.id).complete_text(ASKED).text == "Blue."
    with yard.context(owner) as ctx:
        set_budget(ctx, None)
    assert client.complete_text(ASKED).text


def test_a_budget_of_nothing_lets_nothing_begin(yard: Yard, owner: Actor, stub: Stub) -> None:
    with yard.context(owner) as ctx:
        set_budget(ctx, 0)
    with pytest.raises(BudgetReached):
        priced(yard, owner, stub).complete_text(ASKED)
    assert not stub.asked


def test_of_many_at_once_only_one_passes_the_budget(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    with yard.context(owner) as ctx:
        set_budget(ctx, 0.05)
    stub.hold_seconds = 0.2
    together = threading.Barrier(6)

    def ask() -> str:
        together.wait()
        try:
            return client.complete_text(ASKED, Wish(max_tokens=100)).text
        except BudgetReached:
            return "stopped"

    with ThreadPoolExecutor(6) as threads:
        answers = [future.result() for future in [threads.submit(ask) for _ in range(6)]]
    assert sorted(answers) == sorted(["The sky is blue."] + ["stopped"] * 5)
    assert len(stub.asked) == 1


def test_processes_and_threads_lose_nothing_of_each_others(yard: Yard, owner: Actor) -> None:
    assert owner.id is not None
    account = Account(owner.id, "openai", "gpt-x")
    with yard.readers() as session:
        ledger = ledger_of(session)
    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(ledger.settle, account, 0.0, Usage(3, 2, 0.5), NOW) for _ in range(40)]:
            future.result().result()
    with yard.readers() as session:
        rows = session.scalars(select(LlmSpending)).all()
        assert [(row.n_requests, row.n_input_tokens, row.cost_usd) for row in rows] == [(40, 120, 20.0)]
    assert rows[0].month == "2026-11"


def test_what_was_given_until_a_reader_left_is_written_down(yard: Yard, owner: Actor, stub: Stub) -> None:
    client, stub.words = priced(yard, owner, stub), ["blue "] * 400

    async def first() -> None:
        async with aclosing(client.complete(ASKED)) as pieces:
            await anext(pieces)

    asyncio.run(first())
    row = spent(yard, owner)
    assert (row.n_requests, row.n_input_tokens) == (1, 7)
    assert 0 < row.n_output_tokens < 400


def test_a_request_that_fails_gives_back_what_was_set_aside(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    with yard.context(owner) as ctx:
        set_budget(ctx, 0.05)
    stub.behaviours = ["401"]
    for _ in range(3):
        with pytest.raises(Exception, match="does not accept the key"):
            client.complete_text(ASKED)
    stub.behaviours = ["fine"]
    assert client.complete_text(ASKED).text == "The sky is blue."


def test_an_answer_is_not_lost_while_its_reader_writes_something_else(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    with yard.context(owner) as ctx:
        set_budget(ctx, 5)
        assert client.complete_text(ASKED).text == "The sky is blue."
    assert spent(yard, owner).n_requests == 1


def test_months_are_apart(yard: Yard, owner: Actor, stub: Stub) -> None:
    priced(yard, owner, stub).complete_text(ASKED)
    written(yard)
    with yard.context(owner, writes=False) as ctx:
        assert get_budget(ctx, "2020-01").by_llm == []


def test_what_cannot_be_written_now_is_written_later(yard: Yard, owner: Actor, stub: Stub) -> None:
    client = priced(yard, owner, stub)
    with yard.engine.begin() as connection:
        connection.execute(text("ALTER TABLE llm_spending RENAME TO away"))
    client.complete_text(ASKED)
    written(yard)
    with yard.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO llm_spending"))
    client.complete_text(ASKED)
    assert spent(yard, owner).n_requests == 2


def test_somebody_who_is_gone_holds_nobody_up(yard: Yard, owner: Actor) -> None:
    assert owner.id is not None
    with yard.readers() as session:
        ledger = ledger_of(session)
    for whose in ("us_gone", owner.id):
        ledger.settle(Account(whose, "openai", "gpt-x"), 0.0, Usage(3, 2, 0.5), NOW).result()
    assert spent(yard, owner).n_requests == 1
    assert not ledger._owed
