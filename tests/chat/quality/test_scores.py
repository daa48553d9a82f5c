"""Figures computed by hand: what counts, what does not belong, what cannot be scored; intervals and changes."""

import math

import pytest

from modelyard.chat.quality.figures import NotScorable, Part, change, figure, quantile_figure
from modelyard.chat.quality.scores import changes, figures
from modelyard.data.words.claims import NO_CITATION, NO_CLAIM, support_of
from modelyard.data.words.overlap import token_f1, token_recall
from modelyard.kernel.intervals.interval import wilson
from tests.chat.quality.results import citation, judged, result, support

FOUND = [
    result("a", rank=1),
    result("b", rank=2),
    result("c", rank=4),
    result("d", rank=None),
    result("e", rank=None, why_no_truth="its quote is not in the documents"),
    result("f", is_answerable=False, outcome="abstained"),
]


def test_retrieval_by_hand() -> None:
    scored = figures(FOUND)
    assert {name: scored[f"hit_at_{name}"].value for name in (1, 3, 5, 10)} == {1: 0.25, 3: 0.5, 5: 0.75, 10: 0.75}
    assert scored["mrr_at_10"].value == pytest.approx((1 + 1 / 2 + 1 / 4 + 0) / 4)
    assert scored["ndcg_at_10"].value == pytest.approx((1 + 1 / math.log2(3) + 1 / math.log2(5)) / 4)
    for name in ("hit_at_1", "mrr_at_10"):
        assert (scored[name].n, scored[name].n_not_scorable) == (4, 1)
        assert scored[name].why_not == {"its quote is not in the documents": 1}
    assert (scored["hit_at_1"].low, scored["hit_at_1"].high) == wilson(1, 4)


def test_abstention_by_hand() -> None:
    """3 unanswerable, 2 of them left; 4 answerable, 1 of them left, 1 failed."""
    scored = figures(
        [
            *(result(f"u{n}", is_answerable=False, outcome="abstained") for n in range(2)),
            result("u3", is_answerable=False),
            result("a1"),
            result("a2"),
            result("a3", outcome="abstained"),
            result("a4", outcome="failed", why_failed="no room"),
        ]
    )
    assert scored["abstention_precision"].value == pytest.approx(2 / 3)
    assert scored["abstention_recall"].value == pytest.approx(2 / 3)
    assert scored["answered"].value == pytest.approx(2 / 3)
    assert scored["answered"].why_not == {"answering failed: no room": 1}
    assert scored["abstention_precision"].n == 3


def test_citations_and_support_by_hand() -> None:
    scored = figures(
        [
            result("a", citations=[citation(on_truth=True), citation(on_truth=False)], support=support(3, of=4)),
            result("b", citations=[citation(on_truth=True, verified=False)], support=support(1, of=1)),
            result("c"),
            result("d", outcome="abstained"),
            result("e", is_answerable=False, citations=[citation(on_truth=None)], support=support(0, of=1)),
        ]
    )
    assert scored["citation_accuracy"].value == pytest.approx(2 / 4), (
        "an answer without a citation counts as a wrong one"
    )
    assert scored["cited_truth"].value == pytest.approx(2 / 3)
    assert scored["quotes_verified"].value == pytest.approx(3 / 4)
    assert scored["faithfulness"].value == pytest.approx(4 / 6)
    assert (scored["faithfulness"].n, scored["faithfulness"].why_not) == (3, {"it was not asked any more": 1})


def test_words_judgement_time_and_cost_by_hand() -> None:
    scored = figures(
        [
            result(
                "a", expected="the red fox", answer="A red fox [1].", judgement=judged(1), seconds=1.0, cost_usd=0.02
            ),
            result(
                "b", expected="90 days", answer="After 90 weeks", judgement=judged(0.5), seconds=3.0, n_input_tokens=9
            ),
            result("c", answer="Something", seconds=2),
        ]
    )
    assert scored["answer_f1"].value == pytest.approx((1 + 2 * 1 / 5) / 2)
    assert scored["answer_recall"].value == pytest.approx((1 + 1 / 2) / 2)
    assert scored["judged"].value == pytest.approx(0.75)
    assert (scored["seconds"].value, scored["latency_p50"].value) == (2.0, 2.0)
    assert (scored["cost_usd"].value, scored["cost_usd"].why_not) == (
        pytest.approx(0.01),
        {"nobody knows the price": 1},
    )


def test_nothing_to_score_is_no_figure_and_never_a_number() -> None:
    scored = figures([result("a", outcome="not asked")])
    for name in ("answered", "faithfulness", "abstention_recall", "latency_p95", "judged"):
        assert scored[name].value is None, name
        assert scored[name].low is None, name
    assert figure({}).n == 0


def test_tokens_of_any_script() -> None:
    assert token_f1("The cat.", "a cat") == 1
    assert token_f1("dog", "cat") == 0
    assert token_f1("中文资料", "中文") == pytest.approx(2 * 2 / 6)
    assert token_recall("Bộ dữ liệu là một bảng bất biến", "bảng bất biến") == 1
    assert token_f1("", "") == 1
    assert token_f1("", "cat") == 0


def test_intervals_hold_the_figure_and_say_why_they_are_missing() -> None:
    many = {str(n): Part(n % 5 / 4) for n in range(60)}
    found = figure(many)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low < found.value < found.high
    whole = figure({str(n): Part(n + 1, n + 1) for n in range(8)})
    assert (whole.value, whole.low, whole.high) == (1, *wilson(8, 8)), "eight questions, however many citations"
    assert figure({str(n): Part(0.0) for n in range(20)}, is_share=False).low is None, "a price is no share"
    few = figure({"a": Part(0.5), "b": Part(0.25)})
    assert few.low is None
    assert few.told is not None
    assert "too few" in few.told
    p95 = quantile_figure({str(n): float(n) for n in range(100)}, 0.95)
    assert (p95.value, p95.low, p95.high) == (pytest.approx(94.05), 89.0, 99.0)


def test_changes_are_paired() -> None:
    before = [result(f"q{n}", rank=1 if n % 2 else 3) for n in range(40)]
    after = [result(f"q{n}", rank=1 if n % 2 or n % 4 == 0 else 3) for n in range(40)]
    reworded = result("q0", rank=1).model_copy(update={"question": "Other words?"})
    found = changes([reworded, *after[1:], result("new", rank=9)], before)["hit_at_1"]
    assert (found.n, found.difference) == (39, pytest.approx(9 / 39)), (
        "only questions asked both times in the same words"
    )
    assert found.is_sure
    assert changes(before, before)["mrr_at_10"].difference == 0
    assert changes(before, before)["mrr_at_10"].told == "Every question was scored as before."


def test_a_change_of_conditional_figures_counts_what_each_measurement_had() -> None:
    """Precision of abstention: 1 of 2 before; 2 of 2 after, one of the questions being answered now."""
    later = {"a": Part(1.0), "b": None, "c": Part(1.0), "d": NotScorable("failed")}
    earlier = {"a": Part(1.0), "b": Part(0.0), "c": None, "d": Part(1.0)}
    found = change(later, earlier)
    assert (found.difference, found.n, found.low) == (pytest.approx(2 / 2 - 1 / 2), 3, None)
    assert change({"a": NotScorable("x")}, earlier).difference is None


def test_support_needs_words_and_every_number() -> None:
    cited = ["Calls are kept for 90 days, then they are deleted by the worker."]
    held = support_of("Calls are kept for 90 days [1].", cited, language="en", at_least=0.6)
    assert (held.n_sentences, held.n_supported) == (1, 1)
    wrong = support_of("Calls are kept for 30 days [1]. The worker deletes them.", cited, language="en", at_least=0.6)
    assert (wrong.n_sentences, wrong.n_supported) == (2, 1)
    assert wrong.unsupported == ("Calls are kept for 30 days.",)
    assert support_of("Anything at all happens.", [], language="en", at_least=0.6).why_not == NO_CITATION
    assert support_of("```\nrm -rf build\n```", cited, language="en", at_least=0.6).why_not == NO_CLAIM
