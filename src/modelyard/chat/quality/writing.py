"""The work of the job that writes test questions: chunks in turn, an LLM or rules, and questions from elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select

from modelyard.chat.ownership import owned_collection, visible_collections
from modelyard.chat.quality.adding import known_questions
from modelyard.chat.quality.asking import NotAsked, question_about
from modelyard.chat.quality.elsewhere import unanswerable
from modelyard.chat.quality.generating import SourceChunk, by_rules, in_turn, sections_of
from modelyard.chat.quality.questions import KnownQuestion
from modelyard.chat.quality.tables import Question
from modelyard.chat.quality.texts import documents_of
from modelyard.chat.tables import Chunk, Collection, Document
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict, ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, client_for
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext

MOST_CHUNKS = 20_000
"""Looked at when questions are written."""
TRIES_PER_QUESTION = 3
"""Chunks an LLM is asked about for one question that can be used."""
FAILURES_IN_A_ROW = 3


def write_questions(
    ctx: JobContext, collection_id: str, *, n: int, unanswerable_fraction: float, seed: int
) -> dict[str, Any]:
    """Return questions as documents of KnownQuestion, how they were made, and what did not become one."""
    ctx.step("Choosing chunks", 0.02)
    with acting_for_owner(ctx) as (yard, actor):
        with yard.context(actor, writes=False) as context:
            collection = owned_collection(context, collection_id)
            known = known_questions(context, collection.id)
            others = _asked_elsewhere(context, collection)
            client = client_for(context, collection.llm_id) if collection.llm_id else None
            indexed = chunks_of(context, collection) if client is not None else []
        # Rules know what a heading is about; an LLM reads a chunk as a reader's answer would be made of it.
        chunks = in_turn(indexed if client is not None else _sections(yard, actor, collection_id), seed=seed)
        if not chunks:
            hint = "Add documents and sync, or write the questions yourself."
            raise Conflict("There is no text to ask about: no chunk of this collection has enough words.", hint=hint)
        n_outside = round(n * unanswerable_fraction)
        left_out: Counter[str] = Counter()
        if client is None:
            made = by_rules(chunks, n - n_outside, known=known)
        else:
            made = list(_written(ctx, client, chunks, n - n_outside, known, left_out))
    language = Counter(chunk.language for chunk in chunks).most_common(1)[0][0]
    # No more than their share of what could be made: a test set of refusals alone would tell nothing.
    n_outside = min(n_outside, round(len(made) * unanswerable_fraction / (1 - unanswerable_fraction)))
    outside = unanswerable(others, n_outside, language=language, known=known)
    return {
        "questions": [each.model_dump(mode="json") for each in (*made, *outside)],
        "made_by": "rules" if client is None else f"{client.info.provider_kind}: {client.info.name}",
        "n_answerable": len(made),
        "n_unanswerable": len(outside),
        "left_out": dict(left_out),
    }


def chunks_of(ctx: Context, collection: Collection) -> list[SourceChunk]:
    """Return the chunks of a collection, as questions are made of them."""
    chosen = (
        select(Document.key, Document.title, Chunk.headings, Chunk.text, Chunk.language)
        .join(Document, Document.id == Chunk.document_id)
        .where(Chunk.collection_id == collection.id)
        .order_by(Chunk.document_id, Chunk.place)
        .limit(MOST_CHUNKS)
    )
    rows = ctx.session.execute(chosen)
    return [SourceChunk(key, title, tuple(headings), text, language) for key, title, headings, text, language in rows]


def _sections(yard: Yard, actor: Actor, collection_id: str) -> Iterator[SourceChunk]:
    found = (
        section for _, key, parsed in documents_of(yard, actor, collection_id) for section in sections_of(key, parsed)
    )
    return islice(found, MOST_CHUNKS)


def _asked_elsewhere(ctx: Context, collection: Collection) -> list[str]:
    """Return answerable test questions of the owner's other collections."""
    others = visible_collections(ctx).where(Collection.id != collection.id).with_only_columns(Collection.id)
    chosen = select(Question.question).where(Question.collection_id.in_(others), Question.is_answerable)
    return list(ctx.session.scalars(chosen.order_by(Question.id).limit(200)))


def _written(
    ctx: JobContext,
    client: Client,
    chunks: Sequence[SourceChunk],
    n: int,
    known: set[str],
    left_out: Counter[str],
) -> Iterator[KnownQuestion]:
    """Yield up to `n` questions of an LLM; what cannot be used, and why, goes to `left_out`."""
    asked, n_made, n_failures = set(known), 0, 0
    for chunk in chunks[: n * TRIES_PER_QUESTION]:
        if n_made == n or ctx.is_finishing():
            return
        ctx.step(f"Question {n_made + 1:,} of {n:,}", 0.05 + 0.9 * n_made / n)
        try:
            made, _ = question_about(client, chunk)
        except NotAsked as reason:
            left_out[str(reason)] += 1
            continue
        except ModelyardError as error:
            n_failures += 1
            left_out[error.message] += 1
            if n_failures >= FAILURES_IN_A_ROW and not n_made:
                raise
            if n_failures >= FAILURES_IN_A_ROW:
                ctx.log(f"Stopped with {n_made:,} questions: {error.message}", level="warning")
                return
            continue
        n_failures = 0
        if made.question.casefold() in asked:
            left_out["a question that is there already"] += 1
            continue
        asked.add(made.question.casefold())
        n_made += 1
        yield made
