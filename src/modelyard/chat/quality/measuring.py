"""Asking a collection its test questions: what is found, what is answered, and how both compare with the truth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.chat.answering.answer import Answer
from modelyard.chat.answering.citations import Citation
from modelyard.chat.passages import Evidence, Passage, Retrieved
from modelyard.chat.quality.asking import Completes, judged
from modelyard.chat.quality.questions import Asked
from modelyard.chat.quality.results import DEPTH, CitationResult, Judgement, QuestionResult
from modelyard.chat.quality.truth import Place, Truth
from modelyard.data.words.claims import support_of
from modelyard.kernel.errors import ModelyardError
from modelyard.llm.errors import BudgetReached

FAILURES_IN_A_ROW = 5
"""Answers that may fail one after the other before the LLM counts as gone; searching goes on."""
NO_JUDGE = "no LLM is configured to judge"
NO_EXPECTED = "no expected answer is known"


@dataclass(frozen=True)
class Subject:
    """What measuring needs of the collection that is measured."""

    find: Callable[[str], Retrieved]
    """Searches; DEPTH passages."""
    answer: Callable[[str], Answer]
    text_of: Callable[[str, str], str | None]
    """Canonical text by document and version; None: there is none."""
    strength: Callable[[Evidence], float]
    """How strong evidence is, as abstention is decided by."""
    supported_from: float
    judge: Completes | None = None


@dataclass
class Progress:
    """How far measuring is, and why it stops asking."""

    n_failures: int = 0
    stopped: str | None = None
    judge_stopped: str | None = None
    results: list[QuestionResult] = field(default_factory=list)

    def failed(self, error: ModelyardError) -> None:
        """Take note of an answer that failed."""
        self.n_failures += 1
        if isinstance(error, BudgetReached):
            self.stopped = error.message
        elif self.n_failures >= FAILURES_IN_A_ROW:
            self.stopped = f"{FAILURES_IN_A_ROW} answers in a row failed: {error.message}"


def measure(
    subject: Subject,
    questions: Sequence[Asked],
    truths: Mapping[str, Truth],
    *,
    go_on: Callable[[int], bool],
    stopped: str | None = None,
) -> Progress:
    """Ask every question, until `go_on` (called with how many are done) says to stop.

    `stopped` says why no answers are asked for, from the beginning: then it only searches.

    An LLM that fails or is out of budget stops the answers, not the searches: those questions say why they have none.
    """
    progress = Progress(stopped=stopped)
    for n_done, asked in enumerate(questions):
        if not go_on(n_done):
            break
        progress.results.append(_measured(subject, asked, truths.get(asked.id, Truth()), progress))
    return progress


def _measured(subject: Subject, asked: Asked, truth: Truth, progress: Progress) -> QuestionResult:
    result = QuestionResult(
        id=asked.id,
        question=asked.question,
        origin=asked.origin,
        is_answerable=asked.is_answerable,
        expected=asked.answer,
        why_no_truth=truth.why_not,
    )
    try:
        found = subject.find(asked.question)
    except ModelyardError as error:
        return result.model_copy(
            update={
                "outcome": "failed",
                "why_failed": error.message,
                "why_no_truth": f"searching failed: {error.message}",
            }
        )
    result = result.model_copy(update=_ranked(found, truth, subject))
    if progress.stopped is not None:
        return result.model_copy(update={"why_failed": progress.stopped})
    try:
        given = subject.answer(asked.question)
    except ModelyardError as error:
        progress.failed(error)
        return result.model_copy(update={"outcome": "failed", "why_failed": error.message})
    progress.n_failures = 0
    return result.model_copy(update=_answered(subject, asked, truth, given, progress))


def _ranked(found: Retrieved, truth: Truth, subject: Subject) -> dict[str, Any]:
    are_true = [_is_true(passage, truth.places) for passage in found.passages[:DEPTH]]
    shown = tuple(
        {
            "title": passage.title,
            "headings": list(passage.headings),
            "document_id": passage.document_id,
            "start": passage.start,
            "end": passage.end,
            "words_rank": passage.words_rank,
            "meaning_rank": passage.meaning_rank,
            "is_truth": is_true,
        }
        for passage, is_true in zip(found.passages, are_true, strict=False)
    )
    rank = are_true.index(True) + 1 if True in are_true else None
    return {"rank": rank, "evidence": subject.strength(found.evidence), "found": shown}


def _is_true(passage: Passage, places: Sequence[Place]) -> bool:
    return any(place.holds_half(passage.document_id, passage.start, passage.end) for place in places)


def _answered(subject: Subject, asked: Asked, truth: Truth, given: Answer, progress: Progress) -> dict[str, Any]:
    usage = given.usage
    update: dict[str, Any] = {
        "outcome": "abstained" if given.abstained else "answered",
        "strategy": given.strategy,
        "answer": given.text,
        "seconds": given.seconds,
        "n_input_tokens": usage.n_input_tokens,
        "n_output_tokens": usage.n_output_tokens,
        "cost_usd": usage.cost_usd if usage.n_input_tokens or usage.n_output_tokens else 0.0,
    }
    if given.abstained:
        return update
    judgement, judging = _judgement(subject, asked, given, progress)
    return update | {
        "citations": tuple(_checked(subject, citation, truth) for citation in given.citations),
        "support": support_of(
            given.text, _cited_texts(given), language=given.retrieved.language, at_least=subject.supported_from
        ),
        "judgement": judgement,
        "judging_usd": judging,
    }


def _checked(subject: Subject, citation: Citation, truth: Truth) -> CitationResult:
    document_id = citation.document_id or ""
    text = subject.text_of(document_id, citation.text_hash or "")
    stands_there = text is not None and text[citation.start : citation.end].split() == citation.quote.split()
    place = document_id, citation.start, citation.end
    return CitationResult(
        document_id=document_id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote[:1000],
        is_verified=stands_there and bool(citation.quote.strip()),
        is_on_truth=any(each.touches(*place) for each in truth.places) if truth.places else None,
    )


def _cited_texts(given: Answer) -> list[str]:
    """Return the passages that the answer cites, whole: an answer in other words than the quote is still theirs."""
    ids = {chunk_id for citation in given.citations for chunk_id in citation.chunk_ids}
    passages = [passage.text for passage in given.retrieved.passages if ids.intersection(passage.chunk_ids)]
    return [*passages, *(citation.quote for citation in given.citations)]


def _judgement(subject: Subject, asked: Asked, given: Answer, progress: Progress) -> tuple[Judgement, float | None]:
    """Return what the judge says and what it cost."""
    known = asked.answer or asked.quote
    if subject.judge is None or known is None or progress.judge_stopped is not None:
        return Judgement(why=NO_JUDGE if subject.judge is None else progress.judge_stopped or NO_EXPECTED), 0.0
    try:
        judgement, usage = judged(subject.judge, asked.question, given.text, known)
    except BudgetReached as error:
        progress.judge_stopped = error.message
        return Judgement(why=error.message), 0.0
    return judgement, usage.cost_usd
