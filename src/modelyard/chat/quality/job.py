"""The work of the job that measures: the collection as a subject, the questions asked, the scores compared."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from modelyard.chat.answering.answer import Answer
from modelyard.chat.answering.evidence import weighed
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.answering.whole import answer_question
from modelyard.chat.ownership import owned_collection
from modelyard.chat.passages import Retrieved
from modelyard.chat.quality.keeping import read_results, write_results
from modelyard.chat.quality.measuring import Progress, Subject, measure
from modelyard.chat.quality.questions import Asked, from_lines
from modelyard.chat.quality.results import DEPTH, QuestionResult
from modelyard.chat.quality.scores import Scores, changes, figures
from modelyard.chat.quality.texts import CitedTexts, pages_of
from modelyard.chat.quality.truth import truths
from modelyard.chat.retrieving.searching import retrieve
from modelyard.chat.tables import Collection, QualityRun
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.yard import Yard
from modelyard.llm.client import Client, client_for
from modelyard.runs.acting import acting_for_owner
from modelyard.runs.job import JobContext

SEARCH_ONLY = "Only searching was measured: an LLM that costs money answers."


def measure_collection(
    ctx: JobContext, collection_id: str, *, questions: str, has_judge: bool, answers: bool = True
) -> dict[str, Any]:
    """Ask the questions of an artifact and return scores, the artifact of the rows and the version that was asked.

    Without `answers` the collection is only searched, and nothing is asked of an LLM.
    """
    asked = from_lines(ctx.artifacts.read_bytes(questions))
    with acting_for_owner(ctx) as (yard, actor):
        ctx.step("Looking where the answers stand", 0.01)
        with yard.context(actor, writes=False) as context:
            collection = owned_collection(context, collection_id)
        llm_id = collection.llm_id if answers else None
        client = _client(ctx, yard, actor, llm_id, what="LLM of the collection")
        judge = _judge(ctx, yard, actor, collection, client) if has_judge and answers else None
        known = truths(asked, pages_of(yard, actor, collection_id))
        subject = _subject(yard, actor, collection, judge=judge)
        stopped = None if answers else SEARCH_ONLY
        progress = measure(subject, asked, known, go_on=lambda n: _goes_on(ctx, n, len(asked)), stopped=stopped)
        ctx.step("Comparing with the measurement before", 0.97)
        before = _measured_before(yard, actor, collection_id, ctx.scratch, answers=answers)
    scores = _scores(asked, progress, client, judge, before, answers=answers)
    path = ctx.scratch / "results.parquet"
    write_results(progress.results, path)
    return {
        "scores": scores.model_dump(mode="json"),
        "results_hash": ctx.artifacts.put_file(path).hash,
        "collection_version": collection.version,
    }


def _goes_on(ctx: JobContext, n_done: int, n: int) -> bool:
    ctx.step(f"Question {n_done + 1:,} of {n:,}", 0.03 + 0.94 * n_done / n)
    return not ctx.is_finishing()


def _client(ctx: JobContext, yard: Yard, actor: Actor, llm_id: str | None, *, what: str) -> Client | None:
    """Return an LLM; None, with a line in the log, where it cannot be used."""
    if llm_id is None:
        return None
    try:
        with yard.context(actor, writes=False) as context:
            return client_for(context, llm_id)
    except ModelyardError as error:
        ctx.log(f"The {what} cannot be used: {error.message}", level="warning")
        return None


def _judge(ctx: JobContext, yard: Yard, actor: Actor, collection: Collection, client: Client | None) -> Client | None:
    """Return the LLM that judges: the one chosen for it, which may be gone; without a choice the one that answers."""
    chosen = AnswerSettings.model_validate(collection.answering).judge_id
    return _client(ctx, yard, actor, chosen, what="LLM chosen as judge") if chosen is not None else client


def _named(client: Client | None) -> str | None:
    return f"{client.info.provider_kind}: {client.info.name}" if client else None


def _subject(yard: Yard, actor: Actor, collection: Collection, *, judge: Client | None) -> Subject:
    settings = AnswerSettings.model_validate(collection.answering)

    def find(question: str) -> Retrieved:
        with yard.context(actor, writes=False) as context:
            return weighed(retrieve(context, collection, question, k=DEPTH), context.artifacts)

    def answer(question: str) -> Answer:
        return answer_question(yard, collection, question, actor=actor)

    return Subject(
        find=find,
        answer=answer,
        text_of=CitedTexts(yard, actor),
        strength=settings.evidence,
        supported_from=settings.supported_from,
        judge=judge,
    )


def _measured_before(
    yard: Yard, actor: Actor, collection_id: str, scratch: Path, *, answers: bool
) -> tuple[str, list[QuestionResult]] | None:
    """Return the newest measurement that this one can be compared with: answers compare with answers."""
    with yard.context(actor, writes=False) as context:
        mine = owned_collection(context, collection_id).id
        kept = select(QualityRun).where(QualityRun.collection_id == mine, QualityRun.results_hash.is_not(None))
        newest_first = context.session.scalars(kept.order_by(QualityRun.id.desc()))
        row = next((each for each in newest_first if not (answers and each.scores.get("is_search_only"))), None)
    if row is None or row.results_hash is None:
        return None
    return row.id, read_results(yard.artifacts.fetch(row.results_hash, scratch))


def _scores(
    asked: list[Asked],
    progress: Progress,
    client: Client | None,
    judge: Client | None,
    before: tuple[str, list[QuestionResult]] | None,
    *,
    answers: bool,
) -> Scores:
    results = progress.results
    costs = [cost for each in results for cost in (each.cost_usd, each.judging_usd)]
    known = [cost for cost in costs if cost is not None]
    n_asked = sum(each.outcome != "not asked" for each in results) if answers else len(results)
    return Scores(
        n_questions=len(asked),
        n_answerable=sum(each.is_answerable for each in asked),
        n_asked=n_asked,
        n_failed=sum(each.outcome == "failed" for each in results),
        strategy=next((each.strategy for each in results if each.strategy), None),
        llm=_named(client),
        judge=_named(judge),
        is_scripted=any(each.info.is_scripted for each in (client, judge) if each is not None),
        figures=figures(results),
        changes=changes(results, before[1]) if before else {},
        compared_with=before[0] if before else None,
        total_cost_usd=sum(known),
        n_unknown_cost=len(costs) - len(known),
        is_cut=n_asked < len(asked),
        is_search_only=not answers,
        told=progress.stopped or (f"Stopped after {n_asked:,} of {len(asked):,}." if n_asked < len(asked) else None),
    )
