"""The promises that every strategy and every scorer makes: a new one is tested by existing."""

import asyncio
import json
from typing import Any

import pytest

from modelyard.experiments.sample import Sample
from modelyard.experiments.scorer import Scorer
from modelyard.experiments.strategy import Answer, Strategy
from modelyard.kernel.errors import Conflict
from modelyard.kernel.kinds import Kind, family
from modelyard.llm.found import FoundPassage
from tests.experiments.desk import Desk, desk
from tests.kinds.imports import brought_by

STRATEGIES: dict[str, type[Strategy]] = dict(family("strategy").kinds)
ASKING = {name: kind for name, kind in STRATEGIES.items() if not kind.is_recorded}
SCORERS: dict[str, type[Scorer]] = dict(family("scorer").kinds)
BOTH: list[type[Kind]] = [*STRATEGIES.values(), *SCORERS.values()]
NEEDED = {"collection": "col_1", "judge": "llm_1", "pattern": "7431"}
"""What the fields without a default get."""
HEAVY = "numpy polars sqlalchemy fastapi typer httpx torch regex snowballstemmer stopwordsiso"
PASSAGE = FoundPassage("The server listens on port 7431.", "Zephyr", "zephyr.md")
SAMPLE = Sample(
    "1", "Which port?", "7431", context="The port is 7431.", choices=("80", "7431"), truth="port 7431", group="ports"
)
HOSTILE = Sample(
    "2", "{question} {0} \\1 %s ???\x00\ud800 <think>", "{}", ("[", "(a|"), "{context}", ("{", "}"), truth="("
)
POOL = [Sample(str(number), f"{number}?", str(number)) for number in range(9)]
SAID = [
    "7431 [1]",
    "Action: calculator\nAction Input: 1 + 1",
    "Thought: it is there\nFinal Answer: 7431",
    "The answer is 7431.",
    "",
    "{}",
    '{"claims": [], "why": "", "verdict": "right"}',
]


def made(kind: type[Kind]) -> Any:
    return kind.model_validate({name: NEEDED[name] for name, field in kind.model_fields.items() if field.is_required()})


def table(said: str) -> Desk:
    return desk((".", said), otherwise=said, passages=[PASSAGE], pool=POOL)


def answered(kind: type[Strategy], sample: Sample, said: str) -> Answer:
    found: Answer = asyncio.run(made(kind).answer(sample, table(said)))
    return found


@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.kind_name())
def test_it_round_trips_and_its_numbers_have_ranges(kind: type[Kind]) -> None:
    each = made(kind)
    assert kind.model_validate_json(each.model_dump_json()) == each
    assert kind.model_validate(each.model_dump()) == each, "its defaults are what it would take"
    card = kind.card()
    assert card["group"]
    assert card["icon"] != Kind.icon
    for name, stated in card["schema"]["properties"].items():
        is_number = stated.get("type") in ("number", "integer")
        assert not is_number or ("inimum" in str(stated) and "aximum" in str(stated)), f"{name} has no range"
        assert stated.get("type") != "string" or {"maxLength", "const", "enum", "pattern"} & set(stated), (
            f"{name} has no end"
        )


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("kind", ASKING.values(), ids=ASKING.keys())
def test_the_same_sample_gives_the_same_answer_and_scores(kind: type[Strategy], said: str) -> None:
    first, second = (answered(kind, SAMPLE, said) for _ in range(2))
    # The clock stands in a trace; all else is the same.
    assert [step.observation for step in first.trace] == [step.observation for step in second.trace]
    assert (first.text, first.parsed, first.ended, first.prompt) == (
        second.text,
        second.parsed,
        second.ended,
        second.prompt,
    )
    assert (first.ended == "answer") == bool(first.parsed)
    for scorer in SCORERS.values():
        one, other = (asyncio.run(made(scorer).score(SAMPLE, first, table(said))) for _ in range(2))
        assert one == other
        assert one.value is None or 0 <= one.value <= 1
        assert one.value is not None or one.why.endswith((".", "'", '"')), scorer
        assert not scorer.is_share or one.value in (0, 1, None), scorer
        json.dumps(one.details, allow_nan=False)


@pytest.mark.parametrize("kind", ASKING.values(), ids=ASKING.keys())
def test_a_hostile_sample_is_asked_as_it_is(kind: type[Strategy]) -> None:
    found = answered(kind, HOSTILE, "The answer is {}.")
    assert HOSTILE.question in found.prompt[-1 if len(found.prompt) < 3 else 0].text
    for scorer in SCORERS.values():
        assert asyncio.run(made(scorer).score(HOSTILE, found, table("x"))).value in (None, 0, 1) or not scorer.is_share


@pytest.mark.parametrize("kind", ASKING.values(), ids=ASKING.keys())
def test_an_answer_of_a_megabyte_is_read_and_scored(kind: type[Strategy]) -> None:
    asked = desk(say=lambda _: "word 7431. " * 90_000, passages=[PASSAGE], pool=POOL)
    found = asyncio.run(made(kind).answer(SAMPLE, asked))
    assert len(found.parsed) <= 10_000
    for scorer in SCORERS.values():
        asyncio.run(made(scorer).score(SAMPLE, found, table("x")))


@pytest.mark.parametrize("kind", [kind for kind in STRATEGIES.values() if kind.is_recorded])
def test_what_was_recorded_says_that_nothing_can_be_asked(kind: type[Strategy]) -> None:
    with pytest.raises(Conflict, match="nothing can be asked"):
        answered(kind, SAMPLE, "7431")
    with pytest.raises(Conflict, match="nothing can be asked"):
        made(kind).prompt_for_estimate(SAMPLE)


@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.kind_name())
def test_it_imports_nothing_heavy_and_no_server(kind: type[Kind]) -> None:
    modules = sorted({each.__module__ for each in BOTH})
    assert not set(HEAVY.split()) & set(brought_by(*modules)[kind.__module__])
