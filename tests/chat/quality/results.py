"""Results of test questions as tests write them: only what a figure looks at."""

from typing import Any

from modelyard.chat.quality.results import CitationResult, Judgement, QuestionResult, Support


def result(id_: str, **known: Any) -> QuestionResult:
    """Return what came of a question; answerable and answered unless said otherwise."""
    return QuestionResult.model_validate(
        {"id": id_, "question": f"Question {id_}?", "origin": "written", "is_answerable": True, "outcome": "answered"}
        | known
    )


def citation(*, on_truth: bool | None, verified: bool = True) -> CitationResult:
    """Return a citation."""
    return CitationResult(document_id="d", start=0, end=4, quote="word", is_verified=verified, is_on_truth=on_truth)


def support(supported: int, of: int) -> Support:
    """Return how many sentences are supported."""
    return Support(n_sentences=of, n_supported=supported)


def judged(score: float) -> Judgement:
    """Return a judgement."""
    return Judgement(score=score, why="because")
