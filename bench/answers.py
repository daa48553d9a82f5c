"""How well answers without an LLM abstain and cite: XQuAD with every other paragraph left out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.report import Figure
from bench.retrieval_sets import XQUAD
from bench.retrieval_yard import Array, Bench, a_yard, filled, vectors_of
from modelyard.chat.answering.citations import Citation, Ground
from modelyard.chat.answering.evidence import weighed
from modelyard.chat.answering.extracting import extracts
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.passages import Retrieved
from modelyard.chat.retrieving.fusing import weights_for
from modelyard.chat.retrieving.searching import Asked, found
from modelyard.chat.tables import Collection
from modelyard.llm.client import Client, builtin_embedder

LANGUAGE = "en"


@dataclass(frozen=True)
class Known:
    """A question with the place of its paragraph and of its answer in there."""

    text: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A question as it is asked of a collection: with its paragraph's place there, None where it was left out."""

    known: Known
    place: int | None


@dataclass(frozen=True)
class Asking:
    """One collection and what is asked of it."""

    passages: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of one question."""

    case: Case
    retrieved: Retrieved
    strength: float
    citations: tuple[tuple[bool, int], ...]
    """Of each citation whether it touches the answer, and its length in characters; none when it abstained."""

    @property
    def is_answered(self) -> bool:
        """Whether it did not abstain."""
        return bool(self.citations)


def measure() -> Iterator[Figure]:
    """Yield how well collections of three sizes abstain, and how well their excerpts hold the answers."""
    paragraphs, questions = xquad_places()
    with a_yard() as bench:
        embedder = builtin_embedder(bench.yard.settings)
        vectors = dict(zip(questions, vectors_of(embedder, [each.text for each in questions], "question"), strict=True))
        for name, asked in (
            ("one collection of 120 paragraphs", [halves(paragraphs, questions)]),
            ("48 collections of 2–3 paragraphs", small(paragraphs, questions, n_kept=3)),
            ("48 collections of one paragraph", small(paragraphs, questions, n_kept=1)),
        ):
            outcomes = [outcome for asking in asked for outcome in outcomes_of(bench, asking, embedder, vectors)]
            yield from _figures(name, outcomes)


def xquad_places() -> tuple[list[str], list[Known]]:
    """Return the paragraphs of XQuAD, five an article, and its questions."""
    paragraphs: list[str] = []
    questions: list[Known] = []
    for article in json.loads(XQUAD.read_text())["data"]:
        for paragraph in article["paragraphs"]:
            for each in paragraph["qas"]:
                answer = each["answers"][0]
                start = answer["answer_start"]
                questions.append(Known(each["question"], len(paragraphs), start, start + len(answer["text"])))
            paragraphs.append(paragraph["context"])
    return paragraphs, questions


def halves(paragraphs: Sequence[str], questions: Sequence[Known]) -> Asking:
    """Return one collection of every other paragraph, asked all questions: half of them it cannot answer."""
    kept = list(range(0, len(paragraphs), 2))
    cases = tuple(Case(each, kept.index(each.paragraph) if each.paragraph in kept else None) for each in questions)
    return Asking(tuple(paragraphs[i] for i in kept), cases)


def small(paragraphs: Sequence[str], questions: Sequence[Known], *, n_kept: int) -> list[Asking]:
    """Return a collection of the first paragraphs of each article.

    It is asked all questions of its article, and those of the next article's first paragraph, which are about
    something else.
    """
    found = []
    for first in range(0, len(paragraphs), 5):
        kept = range(first, first + 5, 2)[:n_kept]
        far = (first + 5) % len(paragraphs)
        chosen = [each for each in questions if each.paragraph in {*range(first, first + 5), far}]
        cases = (Case(each, kept.index(each.paragraph) if each.paragraph in kept else None) for each in chosen)
        found.append(Asking(tuple(paragraphs[i] for i in kept), tuple(cases)))
    return found


def outcomes_of(bench: Bench, asking: Asking, embedder: Client, vectors: dict[Known, Array]) -> Iterator[Outcome]:
    """Yield what a collection makes of its questions."""
    settings = AnswerSettings()
    with bench.yard.context(bench.owner) as ctx:
        made, documents = filled(ctx, "embedded", asking.passages, LANGUAGE, embedder)
    weights = weights_for(LANGUAGE, [LANGUAGE], embedder.info.languages)
    with bench.yard.context(bench.owner, writes=False) as ctx:
        collection = ctx.session.get_one(Collection, made.id)
        for case in asking.cases:
            asked = Asked(case.known.text, case.known.text, LANGUAGE, weights, embedder)
            retrieved = weighed(
                found(ctx, collection, asked, vectors[case.known], k=settings.n_passages), ctx.artifacts
            )
            strength = settings.evidence(retrieved.evidence)
            is_answered = strength >= settings.answer_from
            citations = _cited(case.known.text, retrieved) if is_answered else []
            truth = documents[case.place] if case.place is not None else None
            yield Outcome(
                case,
                retrieved,
                strength,
                tuple((_holds(each, truth, case.known), each.end - each.start) for each in citations),
            )


def _cited(question: str, retrieved: Retrieved) -> list[Citation]:
    grounds = [Ground(i, passage) for i, passage in enumerate(retrieved.passages, 1)]
    return [out for out in extracts(question, question, grounds, LANGUAGE) if isinstance(out, Citation)]


def _holds(citation: Citation, document_id: str | None, known: Known) -> bool:
    return citation.document_id == document_id and citation.start < known.end and citation.end > known.start


def _figures(name: str, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    known = [each for each in outcomes if each.case.place is not None]
    unknown = [each for each in outcomes if each.case.place is None]
    left = [each for each in outcomes if not each.is_answered]
    answered = [each for each in known if each.is_answered]
    beside = f"{len(known)} questions to answer, {len(unknown)} to leave"
    precision = sum(each.case.place is None for each in left) / max(1, len(left))
    recall = sum(not each.is_answered for each in unknown) / len(unknown)
    told = f"precision {precision:.3f}, recall {recall:.3f}"
    yield Figure(f"{name}: abstention", told, "–", beside)
    yield Figure("… answered of those to answer", f"{len(answered) / len(known):.3f}", "–")
    cited = [citation for each in answered for citation in each.citations]
    accuracy = sum(is_true for is_true, _ in cited) / len(cited)
    holds = sum(any(is_true for is_true, _ in each.citations) for each in answered) / len(answered)
    length = sum(length for _, length in cited) / len(answered)
    told = f"accuracy {accuracy:.3f}, an answer cites the truth {holds:.3f}"
    yield Figure("… citations", told, "–", f"{len(cited) / len(answered):.2f} an answer, {length:.0f} characters")
