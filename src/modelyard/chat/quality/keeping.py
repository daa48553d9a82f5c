"""Keeping measurements: rows as a Parquet file, figures in a row of their own, the older ones let go."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from modelyard.chat.ownership import visible_collections
from modelyard.chat.quality.pruning import let_go_of_sets
from modelyard.chat.quality.results import QuestionResult
from modelyard.chat.quality.scores import Scores
from modelyard.chat.tables import Collection, QualityRun
from modelyard.kernel.context import Context
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id

RUNS_KEPT = 300
"""Per collection."""


def write_results(results: Sequence[QuestionResult], path: Path) -> None:
    """Write one row per question: columns for people and other programs, and `document` with everything."""
    import polars as pl

    rows = [
        {
            "id": each.id,
            "question": each.question,
            "is_answerable": each.is_answerable,
            "expected": each.expected,
            "outcome": each.outcome,
            "rank": each.rank,
            "evidence": each.evidence,
            "answer": each.answer,
            "n_citations": len(each.citations),
            "n_sentences": each.support.n_sentences,
            "n_supported": each.support.n_supported,
            "judged": each.judgement.score,
            "seconds": each.seconds,
            "cost_usd": each.cost_usd,
            "why_not": each.why_failed or each.why_no_truth,
            "document": each.model_dump_json(),
        }
        for each in results
    ]
    numbers = dict.fromkeys(("evidence", "judged", "seconds", "cost_usd"), pl.Float64)
    texts = dict.fromkeys(("expected", "why_not"), pl.String)
    pl.DataFrame(rows, schema_overrides={**numbers, **texts, "rank": pl.Int64}).write_parquet(path)


def read_results(path: Path) -> list[QuestionResult]:
    """Return the rows of `write_results`."""
    import pyarrow.parquet as pq

    documents = pq.read_table(path, columns=["document"]).column("document").to_pylist()
    return [QuestionResult.model_validate_json(document) for document in documents]


def keep_measurement(
    ctx: Context,
    collection_id: str,
    *,
    run_id: str,
    question_set_id: str,
    dataset_id: str | None,
    result: dict[str, Any],
) -> dict[str, Any]:
    """Keep what a run measured, unless the collection is gone; return what the run says of it."""
    ctx.require("collections:write")
    scores = Scores.model_validate(result["scores"])
    mine = visible_collections(ctx).where(Collection.id == collection_id)
    if ctx.session.scalar(mine.with_only_columns(Collection.id)) is None:
        forget_after_commit(ctx, [result["results_hash"]])
        return {}
    row = QualityRun(
        id=new_id("qu", at=ctx.clock()),
        collection_id=collection_id,
        collection_version=result["collection_version"],
        run_id=run_id,
        dataset_id=dataset_id,
        question_set_id=question_set_id,
        scores=scores.model_dump(mode="json"),
        results_hash=result["results_hash"],
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    _let_go(ctx, collection_id)
    let_go_of_sets(ctx, collection_id)
    return {"quality": row.id, "n_questions": scores.n_questions, "n_asked": scores.n_asked}


def _let_go(ctx: Context, collection_id: str) -> None:
    newest_first = select(QualityRun).where(QualityRun.collection_id == collection_id).order_by(QualityRun.id.desc())
    outdated = list(ctx.session.scalars(newest_first.offset(RUNS_KEPT)))
    for row in outdated:
        ctx.session.delete(row)
    if outdated:
        forget_after_commit(ctx, [row.results_hash for row in outdated])
