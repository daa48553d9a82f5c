"""LLMs on the terminal."""

import json

import pytest

from modelyard.kernel.settings import Settings
from tests.llm.conftest import SECRET
from tests.llm.stub import Stub
from tests.terminal import Command


@pytest.fixture
def here(settings: Settings, modelyard: Command) -> Command:
    return modelyard


def test_an_llm_is_added_tried_listed_and_removed(here: Command, stub: Stub) -> None:
    places = ("--set", "model=gpt-x", "--set", f"base_url={stub.url}/v1", "--set", "usd_per_million_in=10000")
    made = here("llm", "add", "Mine", "openai", *places, MODELYARD_LLM_KEY=SECRET)
    assert made.returncode == 0, made.stderr
    assert "works: answers 'The sky is blue.'" in made.stdout
    assert SECRET in stub.headers[0]["authorization"]
    listed = here("llm", "list", "--json")
    assert SECRET not in listed.stdout
    assert [(llm["name"], llm["secret_ends"]) for llm in json.loads(listed.stdout)] == [("Mine", "4711")]
    assert here("llm", "budget", "0.2").stdout.startswith("20")
    stub.behaviours = ["401"]
    failed = here("llm", "check", "Mine")
    assert failed.returncode == 1
    assert "does not accept the key" in failed.stderr
    assert "failed" in here("llm", "list").stdout
    told = here("llm", "budget").stdout
    assert "$0.1100 spent, of $0.2000" in told
    assert "1 requests, 11 tokens in, 5 out" in told
    assert "no limit" in here("llm", "budget", "none").stdout
    assert here("llm", "remove", "Mine").stdout == "Mine is removed.\n"
    assert here("llm", "list").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "X", "nobody"), "There is no provider kind"),
        (("add", "X", "scripted", "--set", "otherwise"), "is no parameter"),
        (("add", "X", "scripted", "--set", "fail=maybe"), "Scripted"),
        (("check", "X"), "There is no LLM 'X'"),
        (("remove", "X"), "There is no LLM 'X'"),
        (("budget", "much"), "is no amount"),
        (("budget", "-5"), "A budget is from $0"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(here: Command, arguments: tuple[str, ...], said: str) -> None:
    result = here("llm", *(("budget", "--", "-5") if arguments[-1] == "-5" else arguments))
    assert result.returncode == 1, result.stdout
    assert said in result.stderr
