"""Test questions becoming rows: written, imported or generated, none of them twice."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from modelyard.chat.ownership import visible_collections
from modelyard.chat.quality.questions import MAX_QUESTIONS, KnownQuestion
from modelyard.chat.quality.tables import Question, QuestionOrigin
from modelyard.chat.tables import Collection
from modelyard.kernel.context import Context
from modelyard.kernel.errors import TooLarge
from modelyard.kernel.ids import new_id


def add_questions(
    ctx: Context, collection_id: str, questions: Sequence[KnownQuestion], origin: QuestionOrigin
) -> list[Question]:
    """Add those that are not asked in the same words yet; raise TooLarge beyond MAX_QUESTIONS, adding none."""
    ctx.require("collections:write")
    asked = known_questions(ctx, collection_id)
    fresh: list[KnownQuestion] = []
    for each in questions:
        if each.question.casefold() not in asked:
            asked.add(each.question.casefold())
            fresh.append(each)
    if len(asked) > MAX_QUESTIONS:
        raise TooLarge(
            f"A collection has at most {MAX_QUESTIONS:,} test questions.",
            hint="Delete some first: every sync asks all of them.",
        )
    now = ctx.clock()
    rows = [
        Question(
            id=new_id("qn", at=now),
            collection_id=collection_id,
            origin=origin,
            created_at=now,
            changed_at=now,
            **each.model_dump(),
        )
        for each in fresh
    ]
    ctx.session.add_all(rows)
    ctx.session.flush()
    return rows


def known_questions(ctx: Context, collection_id: str) -> set[str]:
    """Return the questions of a collection in small letters."""
    ctx.require("collections:read")
    chosen = select(Question.question).where(Question.collection_id == collection_id)
    return {question.casefold() for question in ctx.session.scalars(chosen)}


def add_generated(ctx: Context, collection_id: str, documents: Iterable[dict[str, Any]]) -> int:
    """Add what a run has written, as far as there is room; return how many there are more."""
    ctx.require("collections:write")
    mine = visible_collections(ctx).where(Collection.id == collection_id).with_only_columns(Collection.id)
    if ctx.session.scalar(mine) is None:
        return 0
    n_there = ctx.session.scalar(select(func.count()).where(Question.collection_id == collection_id)) or 0
    questions = [KnownQuestion.model_validate(document) for document in documents]
    return len(add_questions(ctx, collection_id, questions[: max(MAX_QUESTIONS - n_there, 0)], "generated"))
