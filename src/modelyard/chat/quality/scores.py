"""Scores of a collection: what each figure counts, and how it changed since the measurement before."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from modelyard.chat.quality.figures import (
    Figure,
    FigureChange,
    NotScorable,
    Outcome,
    Part,
    change,
    figure,
    quantile_figure,
)
from modelyard.chat.quality.results import DEPTH, QuestionResult
from modelyard.data.words.overlap import token_f1, token_recall

ScoreName = Literal[
    "hit_at_1",
    "hit_at_3",
    "hit_at_5",
    "hit_at_10",
    "mrr_at_10",
    "ndcg_at_10",
    "answered",
    "abstention_precision",
    "abstention_recall",
    "cited_truth",
    "citation_accuracy",
    "quotes_verified",
    "faithfulness",
    "answer_f1",
    "answer_recall",
    "judged",
    "seconds",
    "cost_usd",
]
"""Figures that are sums over questions; `latency_p50` and `latency_p95` are beside them."""
_NO_SHARES: frozenset[ScoreName] = frozenset({"seconds", "cost_usd"})


class Scores(BaseModel):
    """All figures of one measurement."""

    model_config = ConfigDict(frozen=True)

    n_questions: int
    n_answerable: int
    n_asked: int
    """Questions that were asked before the measurement ended."""
    n_failed: int
    strategy: str | None
    llm: str | None
    """What answered; None: nothing but the passages."""
    judge: str | None = None
    """What judged the answers; None: nothing did, or it is from before that was told."""
    is_scripted: bool = False
    """Whether a script answered or judged."""
    figures: dict[str, Figure]
    changes: dict[str, FigureChange] = {}
    """Since the measurement before, on the questions that both asked in the same words."""
    compared_with: str | None = None
    """Id of the measurement before."""
    total_cost_usd: float | None = None
    n_unknown_cost: int = 0
    is_cut: bool = False
    """Whether somebody stopped it early, or the budget did."""
    told: str | None = None
    is_search_only: bool = False
    """Whether no answers were asked for, so that figures of answers have none."""


def outcomes(name: ScoreName, results: Sequence[QuestionResult]) -> dict[str, Outcome]:
    """Return what each question adds to a figure, by its id."""
    return {result.id: _COUNTED[name](result) for result in results}


def figures(results: Sequence[QuestionResult]) -> dict[str, Figure]:
    """Return every figure of a measurement."""
    found: dict[str, Figure] = {
        name: figure(outcomes(name, results), is_share=name not in _NO_SHARES) for name in get_args(ScoreName)
    }
    seconds = {each.id: each.seconds for each in results if each.seconds is not None}
    return {
        **found,
        "latency_p50": quantile_figure(seconds, 0.5),
        "latency_p95": quantile_figure(seconds, 0.95),
    }


def changes(later: Sequence[QuestionResult], earlier: Sequence[QuestionResult]) -> dict[str, FigureChange]:
    """Return how every figure changed on the questions that are in both in the same words."""
    before = {each.id: each for each in earlier}
    same = [each for each in later if each.id in before and before[each.id].question == each.question]
    matched = [before[each.id] for each in same]
    return {name: change(outcomes(name, same), outcomes(name, matched)) for name in get_args(ScoreName)}


def _hit(k: int) -> Callable[[QuestionResult], Outcome]:
    return lambda result: _found(result, lambda rank: float(rank <= k))


def _found(result: QuestionResult, gain: Callable[[int], float]) -> Outcome:
    if not result.is_answerable:
        return None
    if result.why_no_truth is not None:
        return NotScorable(result.why_no_truth)
    return Part(gain(result.rank) if result.rank is not None and result.rank <= DEPTH else 0.0)


def _discounted(rank: int) -> float:
    """Return the gain of the first passage that is the truth; it is one truth, so the best possible gain is 1."""
    return 1 / math.log2(rank + 1)


def _asked(result: QuestionResult) -> NotScorable | None:
    if result.outcome == "failed":
        return NotScorable(f"answering failed: {result.why_failed}")
    return NotScorable("it was not asked") if result.outcome == "not asked" else None


def _answered(result: QuestionResult) -> Outcome:
    if not result.is_answerable:
        return None
    return _asked(result) or Part(float(result.outcome == "answered"))


def _abstention_precision(result: QuestionResult) -> Outcome:
    if result.outcome in ("failed", "not asked"):
        return _asked(result)
    return Part(float(not result.is_answerable)) if result.outcome == "abstained" else None


def _abstention_recall(result: QuestionResult) -> Outcome:
    if result.is_answerable:
        return None
    return _asked(result) or Part(float(result.outcome == "abstained"))


def _citations_on_truth(result: QuestionResult) -> Outcome:
    """Return how many citations touch the truth of how many; an answer without one has one that does not."""
    if result.outcome != "answered" or not result.is_answerable:
        return None
    if result.why_no_truth is not None:
        return NotScorable(result.why_no_truth)
    n_right = sum(bool(citation.is_on_truth) for citation in result.citations)
    return Part(float(n_right), float(max(len(result.citations), 1)))


def _cited_truth(result: QuestionResult) -> Outcome:
    on_truth = _citations_on_truth(result)
    return Part(float(on_truth.top > 0)) if isinstance(on_truth, Part) else on_truth


def _quotes_verified(result: QuestionResult) -> Outcome:
    if result.outcome != "answered" or not result.citations:
        return None
    return Part(float(sum(each.is_verified for each in result.citations)), float(len(result.citations)))


def _faithfulness(result: QuestionResult) -> Outcome:
    if result.outcome != "answered":
        return None
    if result.support.why_not is not None:
        return NotScorable(result.support.why_not)
    return Part(float(result.support.n_supported), float(result.support.n_sentences))


def _words(compare: Callable[[str, str], float]) -> Callable[[QuestionResult], Outcome]:
    def counted(result: QuestionResult) -> Outcome:
        if result.outcome != "answered" or not result.is_answerable or result.expected is None:
            return None
        return Part(compare(result.answer, result.expected))

    return counted


def _judged(result: QuestionResult) -> Outcome:
    if result.outcome != "answered":
        return None
    return NotScorable(result.judgement.why) if result.judgement.score is None else Part(result.judgement.score)


def _seconds(result: QuestionResult) -> Outcome:
    return Part(result.seconds) if result.seconds is not None else _asked(result)


def _cost(result: QuestionResult) -> Outcome:
    if result.outcome in ("failed", "not asked"):
        return _asked(result)
    if result.cost_usd is not None:
        return Part(result.cost_usd)
    return NotScorable("nobody knows the price") if result.n_input_tokens or result.n_output_tokens else Part(0.0)


_COUNTED: Mapping[ScoreName, Callable[[QuestionResult], Outcome]] = {
    "hit_at_1": _hit(1),
    "hit_at_3": _hit(3),
    "hit_at_5": _hit(5),
    "hit_at_10": _hit(10),
    "mrr_at_10": lambda result: _found(result, lambda rank: 1 / rank),
    "ndcg_at_10": lambda result: _found(result, _discounted),
    "answered": _answered,
    "abstention_precision": _abstention_precision,
    "abstention_recall": _abstention_recall,
    "cited_truth": _cited_truth,
    "citation_accuracy": _citations_on_truth,
    "quotes_verified": _quotes_verified,
    "faithfulness": _faithfulness,
    "answer_f1": _words(token_f1),
    "answer_recall": _words(token_recall),
    "judged": _judged,
    "seconds": _seconds,
    "cost_usd": _cost,
}
