"""How good and quick retrieval is: by words, by meaning, together; large collections; a manual from end to end."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log2

from bench.bare_bm25 import BareBm25
from bench.report import Figure
from bench.retrieval_sets import QuestionSet, faq, xquad
from bench.retrieval_yard import Array, Bench, a_yard, filled, vectors_of
from modelyard.chat.index import Hit
from modelyard.chat.retrieving.fusing import weights_for
from modelyard.chat.retrieving.searching import N_CANDIDATES, Asked, found
from modelyard.chat.retrieving.shelves import index_of, shelf_of
from modelyard.chat.tables import Chunk, Collection
from modelyard.kernel.context import Context
from modelyard.llm.client import Client, builtin_embedder

DEPTH = 10
PARTS = os.environ.get("BENCH_RETRIEVAL", "quality embedded pgvector manual").split()
"""What to measure of it."""
Ranking = Callable[[str, Array], list[str]]
"""From a question and its vector to documents, best first."""


@dataclass(frozen=True)
class Quality:
    """Means over questions."""

    mrr: float
    hit_at_1: float
    ndcg: float
    n: int

    def __str__(self) -> str:
        return f"MRR@10 {self.mrr:.3f}, hit@1 {self.hit_at_1:.3f}, nDCG@10 {self.ndcg:.3f}"


def measure() -> Iterator[Figure]:
    """Yield quality first, then speed."""
    if "quality" in PARTS:
        with a_yard() as bench:
            yield from _qualities(bench, xquad(), words="≥ 0.94", hybrid="≥ both parts − 0.005")
            yield from _qualities(bench, faq("de"), words="–", hybrid="≥ BM25 − 0.01")
            yield from _qualities(bench, faq("ja"), words="–", hybrid="≥ BM25 − 0.01")
            yield from _qualities(bench, faq("de", asked_in="en"), words="–", hybrid="–")
    if "embedded" in PARTS:
        from bench.retrieval_speed import embedded

        yield from embedded()
    if "pgvector" in PARTS:
        from bench.retrieval_speed import pgvector

        yield from pgvector()
    if "manual" in PARTS:
        from bench.retrieval_manual import manual

        yield from manual()


def _qualities(bench: Bench, questions: QuestionSet, *, words: str, hybrid: str) -> Iterator[Figure]:
    embedder = builtin_embedder(bench.yard.settings)
    with bench.yard.context(bench.owner) as ctx:
        collection, documents = filled(ctx, "embedded", questions.passages, questions.language, embedder)
    vectors = vectors_of(embedder, [question for question, _ in questions.questions], "question")
    n = len(questions.questions)
    bare = BareBm25(questions.passages)
    plain = _quality(
        questions, lambda text, _: [documents[place] for place in bare.best(text, DEPTH)], vectors, documents
    )
    with bench.yard.context(bench.owner, writes=False) as ctx:
        rankings = _rankings(ctx, ctx.session.get_one(Collection, collection.id), questions, embedder)
        results = [_quality(questions, ranking, vectors, documents) for ranking in rankings]
        by_words, by_meaning, together, outside = results
    beside = f"bare BM25 {plain.mrr:.3f}; {n} questions, {len(documents)} passages"
    yield Figure(f"{questions.name}: words alone", str(by_words), words, beside)
    yield Figure("… meaning alone (default embedder)", str(by_meaning), "–")
    yield Figure("… default hybrid", str(together), hybrid, f"difference to words {together.mrr - by_words.mrr:+.3f}")
    yield Figure("… hybrid where the embedder is said not to know the language", str(outside), "≥ BM25 − 0.01")


def _rankings(ctx: Context, collection: Collection, questions: QuestionSet, embedder: Client) -> list[Ranking]:
    index, shelf = index_of(collection), shelf_of(ctx.session, ctx.settings, collection)
    places = {row.id: row.document_id for row in ctx.session.query(Chunk.id, Chunk.document_id)}
    spoken, known = questions.asked_in, embedder.info.languages

    def by_words(text: str, _: Array) -> list[str]:
        return _documents(index.by_words(shelf, text, k=N_CANDIDATES, language=spoken), places)

    def by_meaning(_: str, vector: Array) -> list[str]:
        return _documents(index.by_meaning(shelf, vector, k=N_CANDIDATES), places)

    def together(languages: Sequence[str] | None) -> Ranking:
        weights = weights_for(spoken, [questions.language], languages)

        def ranking(text: str, vector: Array) -> list[str]:
            asked = Asked(text, text, spoken, weights, embedder)
            passages = found(ctx, collection, asked, vector, k=DEPTH).passages
            return list(dict.fromkeys(passage.document_id for passage in passages))

        return ranking

    return [by_words, by_meaning, together(sorted(known or ())), together(["xx"])]


def _documents(hits: Sequence[Hit], places: dict[int, str]) -> list[str]:
    return list(dict.fromkeys(places[hit.chunk_id] for hit in hits))


def _quality(questions: QuestionSet, ranking: Ranking, vectors: Array, documents: Sequence[str]) -> Quality:
    ranks = []
    for (text, place), vector in zip(questions.questions, vectors, strict=True):
        best = ranking(text, vector)[:DEPTH]
        ranks.append(best.index(documents[place]) + 1 if documents[place] in best else 0)
    n = len(ranks)
    return Quality(
        mrr=sum(1 / rank for rank in ranks if rank) / n,
        hit_at_1=sum(rank == 1 for rank in ranks) / n,
        ndcg=sum(1 / log2(rank + 1) for rank in ranks if rank) / n,
        n=n,
    )
