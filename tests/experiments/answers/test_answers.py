"""The samples that filters mean, one sample with everything, and two answers word by word."""

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from modelyard.experiments.answers.differences import MOST_WORDS, differences
from modelyard.experiments.answers.filters import AnswerFilters, Who
from modelyard.experiments.answers.verbs import compare_answers, get_sample, list_answers
from modelyard.experiments.labels.verbs import put_label
from modelyard.experiments.tables import Attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, failed, keep_attempt, keep_recorded, sample

RIGHT_BY = [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (1.0, None), (None, 0.0)]
"""Scores of two configurations, a sample each."""


@pytest.fixture
def attempt(ctx: Context) -> Attempt:
    samples = [sample(place, group=f"g{place % 2}", aliases=["yeah"]) for place in range(len(RIGHT_BY))]
    answers = [
        answer(at, place, value, text=f"Answer {at} to {place}: 100% sure")
        for place, both in enumerate(RIGHT_BY)
        for at, value in enumerate(both)
        if (at, place) != (1, 3)
    ]
    return keep_attempt(ctx, ["a", "b"], samples, [*answers, failed(1, 3)])


def places(ctx: Context, attempt: Attempt, **filters: object) -> list[int]:
    found = list_answers(ctx, attempt.experiment_id, 1, AnswerFilters(**filters))  # type: ignore[arg-type]
    assert found.n == len(found.items)
    return [each.sample.place for each in found.items]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        *[("all", [0, 1, 2, 3, 4, 5]), ("right", [0, 1, 4]), ("wrong", [2, 3]), ("not_scored", [5])],
        *[("only_first", [1]), ("only_second", [2]), ("both", [0]), ("neither", []), ("differ", [1, 2])],
    ],
)
def test_who_was_right_is_asked_of_scored_answers(
    ctx: Context, attempt: Attempt, who: Who, expected: list[int]
) -> None:
    assert places(ctx, attempt, who=who, second=1) == expected


@pytest.mark.postgres
def test_groups_errors_ends_words_and_labels_are_asked_for(ctx: Context) -> None:
    samples = [sample(place, group=f"g{place % 2}") for place in range(4)]
    answers = [answer(0, place, 1.0, text=f"Say {place}% or ünlike_{place}") for place in range(4)]
    attempt = keep_attempt(ctx, ["a", "b"], samples, [*answers, failed(1, 2), answer(1, 3, 0.0, ended="no_answer")])
    put_label(ctx, attempt, (0, 1, 0), 1.0)
    assert places(ctx, attempt, group="g1") == [1, 3]
    assert places(ctx, attempt, second=1, error_kind="timeout") == [2]
    assert places(ctx, attempt, error_kind="timeout") == []  # the first configuration did not fail
    assert places(ctx, attempt, second=1, ended="no_answer") == [3]
    assert places(ctx, attempt, search="3% or") == [3]
    assert places(ctx, attempt, search="like_") == [0, 1, 2, 3]  # as it is, not as a pattern
    assert places(ctx, attempt, search="QUESTION 2?") == [2]
    assert places(ctx, attempt, labelled=True) == [1]
    assert places(ctx, attempt, labelled=False, group="g1") == [3]


def test_pages_follow_each_other(ctx: Context) -> None:
    attempt = keep_recorded(ctx)
    filters = AnswerFilters(first=0, second=1, who="only_first")
    seen, cursor = [], 0
    while True:
        found = list_answers(ctx, attempt.experiment_id, 1, filters, limit=30, cursor=cursor)
        assert found.n == 72
        seen += [each.sample.place for each in found.items]
        if found.next is None:
            break
        cursor = found.next
    assert len(seen) == len(set(seen)) == 72
    first = list_answers(ctx, attempt.experiment_id, 1, AnswerFilters(second=1, sort="difference"), limit=1).items[0]
    assert sorted(first.scores, key=str) == [0.0, 1.0]


def test_what_the_attempt_does_not_have_is_refused_with_what_it_has(ctx: Context, attempt: Attempt) -> None:
    for wrong in ({"first": 9}, {"scorer": "nope"}, {"group": "g9"}, {"error_kind": "x"}, {"who": "both"}):
        with pytest.raises(Invalid) as caught:
            places(ctx, attempt, **wrong)
        assert caught.value.fields
    with pytest.raises(NotFound):
        get_sample(ctx, attempt.experiment_id, 1, 99)


def test_a_sample_is_shown_with_everything(yard: Yard, ctx: Context, attempt: Attempt) -> None:
    put_label(ctx, attempt, (0, 3, 0), 0.0, note="No.")
    ctx.session.commit()
    address = f"/api/v1/experiments/{attempt.experiment_id}/attempts/1/answers"
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        shown = client.get(f"{address}/3").json()
        listed = client.get(address, params={"first": 0, "second": 1, "who": "differ"}).json()
        apart = client.get(f"{address}/0/difference", params={"first": 0, "second": 1}).json()
    assert shown["sample"]["aliases"] == ["yeah"]
    assert [each["error_kind"] for each in shown["answers"]] == [None, "timeout"]
    assert shown["answers"][0]["scores"]["exact_match"]["why"] == "Expected 'yes'."
    assert shown["answers"][0]["prompt"][0]["text"] == "What is it?"
    assert shown["labels"][0]["note"] == "No."
    assert (listed["n"], [each["score"] for each in listed["items"][0]["answers"]]) == (2, [1.0, 0.0])
    assert [each["text"] for each in apart["spans"] if each["kind"] != "same"] == ["0", "1"]


def test_answers_that_are_missing_cannot_be_compared(ctx: Context, attempt: Attempt) -> None:
    with pytest.raises(NotFound, match="has no answer 1"):
        compare_answers(ctx, attempt.experiment_id, 1, 0, (0, 0), (1, 1))


@given(st.text(max_size=200), st.text(max_size=200))
def test_spans_make_both_texts_again(first: str, second: str) -> None:
    found = differences(first, second)
    assert "".join(each.text for each in found.spans if each.kind != "only_second") == first
    assert "".join(each.text for each in found.spans if each.kind != "only_first") == second


def test_of_an_answer_of_a_megabyte_the_beginning_is_compared() -> None:
    found = differences("word " * 200_000, "word " * 10)
    assert found.is_cut
    assert sum(len(each.text.split()) for each in found.spans) <= MOST_WORDS
