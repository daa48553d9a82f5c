"""Large collections: 50 000 chunks in the application database, 100 000 in pgvector."""

import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from bench.report import Figure
from bench.retrieval_sets import xquad
from bench.retrieval_yard import Array, Bench, a_yard, new_collection, new_document
from bench.server import serving
from modelyard.chat.index import IndexedChunk
from modelyard.chat.retrieving.shelves import index_of, shelf_of
from modelyard.chat.tables import Chunk, Collection
from modelyard.kernel.context import Context
from modelyard.llm.client import builtin_embedder

N_EMBEDDED = int(os.environ.get("BENCH_EMBEDDED_CHUNKS", 50_000))
N_PGVECTOR = int(os.environ.get("BENCH_PGVECTOR_CHUNKS", 100_000))
N_QUESTIONS = 200
N_DIMENSIONS = 384
PER_DOCUMENT = 20
BATCH = 2_000
K = 10


def embedded() -> Iterator[Figure]:
    """Yield how long a search takes in a large collection, through HTTP, and what the API takes for it."""
    questions = [question for question, _ in xquad().questions]
    random.Random(1).shuffle(questions)
    with a_yard() as bench:
        texts = _texts(N_EMBEDDED)
        vectors = _clustered(N_EMBEDDED + 1, seed=1)
        began = time.perf_counter()
        collection_id = _fill(bench, "embedded", texts, vectors[:-1])
        put_seconds = time.perf_counter() - began
        bench.yard.close()
        size = (bench.yard.settings.data / "modelyard.sqlite").stat().st_size / 2**20
        with serving(worker_mode="none", data=bench.yard.settings.data) as server:
            before = server.rss_bytes() / 2**20
            address = f"/api/v1/collections/{collection_id}/search"
            began = time.perf_counter()
            server.client.get(address, params={"q": questions[0]}).raise_for_status()
            first = time.perf_counter() - began
            inside, whole = [], []
            for question in questions[1 : N_QUESTIONS + 1]:
                began = time.perf_counter()
                answer = server.client.get(address, params={"q": question}).raise_for_status().json()
                whole.append(time.perf_counter() - began)
                inside.append(answer["seconds"])
            memory = server.rss_bytes() / 2**20
    p50, p95 = _percentiles(inside)
    whole_p50, whole_p95 = _percentiles(whole)
    yield Figure(
        f"{N_EMBEDDED:,} chunks in the embedded index: a search, p95",
        f"{p95 * 1000:.0f} ms",
        "≤ 60 ms",
        f"p50 {p50 * 1000:.0f} ms; by HTTP with the question's embedding p50 {whole_p50 * 1000:.0f}, "
        f"p95 {whole_p95 * 1000:.0f} ms; the first {first:.1f} s; {N_QUESTIONS} questions",
    )
    yield Figure(
        "… memory of the API process",
        f"{memory:.0f} MB",
        "≤ 250 MB",
        f"{before:.0f} MB before; database {size:.0f} MB; put in {put_seconds:.0f} s",
    )


def pgvector() -> Iterator[Figure]:
    """Yield how long nearest chunks take in pgvector, and how many of the exact ones they are."""
    from tests.postgres import PostgresForTests

    with tempfile.TemporaryDirectory(prefix="modelyard-bench-pg-", ignore_cleanup_errors=True) as folder:
        postgres = PostgresForTests(Path(folder))
        try:
            with a_yard(postgres.fresh()) as bench:
                yield from _pgvector(bench)
        finally:
            postgres.close()


def _pgvector(bench: Bench) -> Iterator[Figure]:
    vectors = _clustered(N_PGVECTOR + N_QUESTIONS, seed=2)
    stored, asked = vectors[:N_PGVECTOR], vectors[N_PGVECTOR:]
    began = time.perf_counter()
    collection_id = _fill(bench, "pgvector", [f"Chunk {n}" for n in range(N_PGVECTOR)], stored, at_once=N_PGVECTOR)
    put_seconds = time.perf_counter() - began
    exact = [set(np.argsort(-(stored @ vector))[:K].tolist()) for vector in asked]
    with bench.yard.context(bench.owner, writes=False) as ctx:
        collection = ctx.session.get_one(Collection, collection_id)
        first_id = ctx.session.query(Chunk.id).order_by(Chunk.id).limit(1).scalar()
        index, shelf = index_of(collection), shelf_of(ctx.session, ctx.settings, collection)
        seconds, n_found = [], 0
        for vector, nearest in zip(asked, exact, strict=True):
            began = time.perf_counter()
            hits = index.by_meaning(shelf, vector, k=K)
            seconds.append(time.perf_counter() - began)
            n_found += len(nearest & {hit.chunk_id - first_id for hit in hits})
        document = ctx.session.get_one(Chunk, first_id + N_PGVECTOR // 2).document_id
        chosen = len(index.by_meaning(shelf, asked[0], k=K, documents=[document]))
    p50, p95 = _percentiles(seconds)
    yield Figure(
        f"{N_PGVECTOR:,} chunks with pgvector: nearest {K}, p95",
        f"{p95 * 1000:.0f} ms",
        "≤ 30 ms",
        f"p50 {p50 * 1000:.1f} ms; put and indexed in {put_seconds:.0f} s",
    )
    recall = n_found / (K * len(asked))
    yield Figure(f"… recall@{K} against exact", f"{recall:.4f}", "≥ 0.98", f"{chosen} of {K} within one document")


def _fill(bench: Bench, kind: str, texts: Sequence[str], vectors: Array, *, at_once: int = BATCH) -> str:
    """Make a collection of these chunks, in the way that a sync does."""
    embedder = builtin_embedder(bench.yard.settings)
    with bench.yard.context(bench.owner) as ctx:
        collection, origin = new_collection(ctx, kind, embedder.info.fingerprint)
        documents = [new_document(ctx, origin, n, "en").id for n in range(-(-len(texts) // PER_DOCUMENT))]
    for start in range(0, len(texts), at_once):
        with bench.yard.context(bench.owner) as ctx:
            collection = ctx.session.get_one(Collection, collection.id)
            some = range(start, min(start + at_once, len(texts)))
            rows = _rows(ctx, collection.id, documents, texts, some)
            chunks = [
                IndexedChunk(id_, documents[n // PER_DOCUMENT], texts[n], "en", vectors[n])
                for id_, n in zip(rows, some, strict=True)
            ]
            index_of(collection).put(shelf_of(ctx.session, ctx.settings, collection), chunks)
            collection.version += 1
    return collection.id


def _rows(ctx: Context, collection_id: str, documents: Sequence[str], texts: Sequence[str], some: range) -> list[int]:
    rows = [
        {
            "collection_id": collection_id,
            "document_id": documents[n // PER_DOCUMENT],
            "place": n % PER_DOCUMENT,
            "start": 0,
            "end": len(texts[n]),
            "text": texts[n],
            "headings": [],
            "language": "en",
            "hash": str(n),
            "n_tokens": len(texts[n]) // 4,
        }
        for n in some
    ]
    statement = insert(Chunk).returning(Chunk.id, sort_by_parameter_order=True)
    return list(ctx.session.scalars(statement, rows))


def _texts(n: int) -> list[str]:
    """Return chunks of five sentences of XQuAD each, some of their words changed: no two are alike."""
    chance = random.Random(7)
    sentences = [each for text in xquad().passages for each in re.split(r"(?<=[.?!])\s+", text) if len(each) > 40]
    words = [word for sentence in sentences for word in sentence.split()]

    def changed(sentence: str) -> str:
        return " ".join(chance.choice(words) if chance.random() < 0.3 else word for word in sentence.split())

    return [" ".join(changed(sentence) for sentence in chance.choices(sentences, k=5)) for _ in range(n)]


def _clustered(n: int, *, seed: int) -> Array:
    """Return vectors of length 1 in 200 clusters of 48 hidden dimensions, as texts' vectors lie."""
    chance = np.random.default_rng(seed)
    centres, out = chance.normal(size=(200, 48)), chance.normal(size=(48, N_DIMENSIONS))
    hidden = centres[chance.integers(200, size=n)] + 0.6 * chance.normal(size=(n, 48))
    vectors = (hidden @ out).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
