"""The work of the job that compares what questions mean: each is embedded once, on this machine."""

from datetime import timedelta
from typing import Any

from modelyard.chat.ownership import owned_collection, visible_collections
from modelyard.chat.readers.asked import askings
from modelyard.chat.readers.grouping import MOST_QUESTIONS, Vectors, grouped
from modelyard.chat.readers.tables import QuestionGrouping
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Context
from modelyard.kernel.holding import forget_after_commit
from modelyard.llm.client import Client, builtin_embedder
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext

LOOKED_BACK = timedelta(days=400)
BATCH = 32


def compare_questions(ctx: JobContext, collection_id: str) -> dict[str, Any]:
    """Return artifacts of groups and vectors, which embedder made them, and how many questions there are."""
    ctx.step("Reading what was asked", 0.0)
    with acting_for_owner(ctx) as (yard, actor), yard.context(actor, writes=False) as context:
        collection, now = owned_collection(context, collection_id), context.clock()
        found = askings(context, collection, now - LOOKED_BACK, now)
        row = context.session.get(QuestionGrouping, collection.id)
        embedder = builtin_embedder(ctx.settings)
        known = _known(context, row, embedder)
    questions = list(dict.fromkeys(asking.normal for asking in found if asking.normal))[:MOST_QUESTIONS]
    vectors = _vectors(ctx, embedder, questions, known)
    ctx.step("Comparing meanings", 0.9)
    groups = grouped(vectors)
    return {
        "groups_hash": ctx.artifacts.put_bytes(groups.model_dump_json().encode()).hash,
        "vectors_hash": ctx.artifacts.put_bytes(vectors.as_bytes()).hash,
        "embedder": embedder.info.fingerprint,
        "n_questions": len(questions),
        "n_groups": len(set(groups.groups.values())),
    }


def _known(ctx: Context, row: QuestionGrouping | None, embedder: Client) -> dict[str, Any]:
    if row is None or row.embedder != embedder.info.fingerprint:
        return {}
    return dict(Vectors.from_bytes(ctx.artifacts.read_bytes(row.vectors_hash)).by_question())


def _vectors(ctx: JobContext, embedder: Client, questions: list[str], known: dict[str, Any]) -> Vectors:
    import numpy as np

    fresh = [question for question in questions if question not in known]
    for start in range(0, len(fresh), BATCH):
        ctx.step(f"Reading {start:,} of {len(fresh):,} new questions", 0.05 + 0.85 * start / len(fresh))
        batch = fresh[start : start + BATCH]
        known |= dict(zip(batch, embedder.embed(batch, "question").astype(np.float16), strict=True))
    rows = [known[question] for question in questions]
    size = embedder.info.dimensions or 0
    return Vectors(tuple(questions), np.stack(rows) if rows else np.zeros((0, size), dtype=np.float16))


def keep_grouping(ctx: Context, collection_id: str, result: dict[str, Any]) -> dict[str, Any]:
    """Put the groups in the place of those before, unless the collection is gone; return what the run says."""
    ctx.require("collections:write")
    mine = visible_collections(ctx).where(Collection.id == collection_id).with_only_columns(Collection.id)
    told = {name: result[name] for name in ("n_questions", "n_groups")}
    if ctx.session.scalar(mine) is None:
        forget_after_commit(ctx, [result["groups_hash"], result["vectors_hash"]])
        return told
    before = ctx.session.get(QuestionGrouping, collection_id)
    outdated = [before.groups_hash, before.vectors_hash] if before is not None else []
    row = before or QuestionGrouping(collection_id=collection_id)
    for name in ("groups_hash", "vectors_hash", "embedder", "n_questions"):
        setattr(row, name, result[name])
    row.made_at = ctx.clock()
    ctx.session.add(row)
    ctx.session.flush()
    forget_after_commit(ctx, outdated)
    return told
