"""What an attempt paid for is in its sums, also when no answer has it to show: budgets hold over resumptions."""

from typing import Any

import pytest

from modelyard.experiments.document import Limits
from modelyard.experiments.tables import Attempt
from tests.experiments.running.asking import CAPITALS, Asking
from tests.llm.stub import serving

PRICES = {"usd_per_million_in": 1.0, "usd_per_million_out": 10.0}
AGENT = {"kind": "react", "tools": ["calculator"], "most_steps": 30, "least_tokens": 1}
AGENT_STEP = [{"when": ".", "say": "Action: calculator\nAction Input: 1 + 1"}]


def tokens_of(attempt: Attempt) -> int:
    return attempt.n_input_tokens + attempt.n_output_tokens


@pytest.mark.postgres
def test_failed_answers_that_are_asked_again_stay_in_the_sum(asking: Asking) -> None:
    with serving() as stub:
        stub.behaviours = ["half", "fine"]
        llm = asking.llm(kind="openai", model="stub", base_url=f"{stub.url}/v1", lines=None, **PRICES)
        failed = asking.run({"llms": [{"llm": llm}], "pace": {"concurrency": 1, "patience_seconds": 0}})
        row = next(each for each in asking.answers(failed) if each.ended == "error")
        assert row.cost_usd
        assert failed.spent_usd == pytest.approx(3 * 61e-6 + row.cost_usd)
        whole = asking.resumed(failed)
    assert (whole.n_failed, len(stub.asked)) == (0, 5)
    assert sum(each.cost_usd or 0 for each in asking.answers(whole)) == pytest.approx(4 * 61e-6)
    assert whole.spent_usd == pytest.approx(4 * 61e-6 + row.cost_usd)
    assert tokens_of(whole) == 4 * 16 + row.n_input_tokens + row.n_output_tokens
    assert whole.running["lost"]["usd"] == pytest.approx(row.cost_usd)


def test_a_budget_holds_when_what_it_stopped_is_resumed(asking: Asking) -> None:
    llm = asking.llm(lines=AGENT_STEP)
    document: dict[str, Any] = {
        **{"llms": [{"llm": llm}], "strategies": [AGENT], "pace": {"concurrency": 1}},
        **{"parameters": {"max_tokens": [20]}, "budget": {"tokens": 450}},
    }
    stopped = asking.run(document, CAPITALS[:1])
    assert (stopped.state, stopped.n_done) == ("stopped", 0)
    assert 0 < tokens_of(stopped) <= 450, "the agent's first step was paid for"
    again = asking.resumed(stopped)
    assert tokens_of(stopped) < tokens_of(again) <= 450, "one more step fitted"
    again = asking.resumed(again)
    assert (again.state, again.n_done) == ("stopped", 0)
    assert tokens_of(again) <= 450
    whole = asking.resumed(again, budget=Limits(tokens=100_000))
    (answer,) = asking.answers(whole)
    assert (whole.state, answer.ended) == ("succeeded", "loop")
    assert tokens_of(whole) == tokens_of(again) + answer.n_input_tokens + answer.n_output_tokens
