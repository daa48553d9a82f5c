"""Worked examples never give the answer away: not that of the sample asked, nor those of its group."""

from typing import Any

import pytest

from modelyard.experiments.running.examples import Examples
from modelyard.experiments.sample import Sample
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.experiments.attempts import keep_attempt, sample

GROUPS = ["a"] * 12 + ["b"] * 6 + ["c"] * 2
ASKED = [Sample(f"s{place:05d}", f"Question {place}?", "yes", group=group) for place, group in enumerate(GROUPS)]


def drawing(yard: Yard, owner: Actor, samples: list[dict[str, Any]]) -> Examples:
    with yard.context(owner) as ctx:
        attempt = keep_attempt(ctx, ["few_shot"], samples, [], is_compared=False)
    return Examples(yard.readers, attempt.id)


@pytest.fixture
def draw(yard: Yard, owner: Actor) -> Examples:
    """Return examples out of twenty samples of three groups, and one nobody knows the answer of."""
    known = [sample(place, group=group) for place, group in enumerate(GROUPS)]
    return drawing(yard, owner, [*known, sample(20, group="d", answer=None)])


@pytest.mark.postgres
def test_neither_the_sample_asked_nor_its_group_is_shown(draw: Examples) -> None:
    by_group: dict[str, set[tuple[str, ...]]] = {}
    for asked in ASKED:
        shown = draw(5, seed=1, asked=asked, among="others")
        assert len(shown) == 5
        assert not [each for each in shown if each.group == asked.group or each.id == asked.id or each.answer is None]
        by_group.setdefault(asked.group or "", set()).add(tuple(each.id for each in shown))
    assert {len(drawn) for drawn in by_group.values()} == {1}, "who is asked in one group is shown the same"
    assert draw(5, seed=2, asked=ASKED[0], among="others") != draw(5, seed=1, asked=ASKED[0], among="others")


def test_of_its_own_group_only_where_that_is_wanted_and_never_itself(draw: Examples) -> None:
    for asked in ASKED:
        same = draw(5, seed=1, asked=asked, among="same")
        assert len(same) == min(5, GROUPS.count(asked.group or "") - 1)
        assert {each.group for each in same} == {asked.group}
        assert asked.id not in {each.id for each in (*same, *draw(20, seed=1, asked=asked, among="all"))}
    assert len(draw(50, seed=1, asked=ASKED[0], among="all")) == 19


def test_samples_without_a_group_are_shown_for_each_other_but_not_for_their_own_question(
    yard: Yard, owner: Actor
) -> None:
    draw = drawing(yard, owner, [sample(0), sample(1, question="Question 0?"), sample(2)])
    shown = draw(5, seed=0, asked=Sample("s00000", "Question 0?"), among="others")
    assert [each.id for each in shown] == ["s00002"]
