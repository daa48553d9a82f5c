"""What can be done about quality: keep test questions, measure, look at what was measured, calibrate."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.ownership import owned_collection, visible_collections
from modelyard.chat.quality.adding import add_questions
from modelyard.chat.quality.calibrating import Aim, Calibration, calibrate
from modelyard.chat.quality.importing import Problem, read_questions
from modelyard.chat.quality.keeping import read_results
from modelyard.chat.quality.pruning import OWN_NAME
from modelyard.chat.quality.questions import Asked, KnownQuestion, as_lines
from modelyard.chat.quality.results import QuestionResult
from modelyard.chat.quality.tables import Question, QuestionOrigin, QuestionSet
from modelyard.chat.tables import Collection, QualityRun
from modelyard.data.storage import local_copy
from modelyard.data.verbs import create_dataset_from_file
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.llm.ownership import visible_llms
from modelyard.llm.provider import FREE
from modelyard.llm.tables import Llm
from modelyard.llm.verbs import provider_of
from modelyard.runs.job import Job
from modelyard.runs.tables import FINAL_STATES, Run
from modelyard.runs.verbs import submit, visible_runs

FILENAME = "questions.jsonl"
_NO_QUESTIONS = "Write, import or generate some first."


def list_questions(
    ctx: Context,
    collection_id: str,
    *,
    search: str = "",
    origin: QuestionOrigin | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> list[Question]:
    """Return test questions whose words hold `search`, newest first; `cursor` is the id of the last one seen."""
    ctx.require("collections:read")
    query = select(Question).where(Question.collection_id == owned_collection(ctx, collection_id).id)
    if search:
        query = query.where(Question.question.icontains(search, autoescape=True))
    if origin is not None:
        query = query.where(Question.origin == origin)
    if cursor:
        query = query.where(Question.id < cursor)
    return list(ctx.session.scalars(query.order_by(Question.id.desc()).limit(limit)))


def count_questions(ctx: Context, collection_id: str) -> dict[QuestionOrigin, int]:
    """Return how many test questions there are by where they come from."""
    ctx.require("collections:read")
    mine = owned_collection(ctx, collection_id).id
    counted = select(Question.origin, func.count()).where(Question.collection_id == mine).group_by(Question.origin)
    return {origin: n for origin, n in ctx.session.execute(counted)}  # noqa: C416 — a row is no pair to mypy


def add_question(ctx: Context, collection_id: str, question: KnownQuestion) -> Question:
    """Add a question that a person wrote; raise Conflict when it is there already."""
    ctx.require("collections:write")
    added = add_questions(ctx, owned_collection(ctx, collection_id).id, [question], "written")
    if not added:
        raise Conflict("This question is among the test questions already.", hint="Change that one.")
    return added[0]


def change_question(ctx: Context, collection_id: str, question_id: str, question: KnownQuestion) -> Question:
    """Say anew what is known of a question; who looked at a generated one and corrected it has written it."""
    ctx.require("collections:write")
    row = _question(ctx, collection_id, question_id)
    for name, value in question.model_dump().items():
        setattr(row, name, value)
    row.origin, row.changed_at = "written", ctx.clock()
    ctx.session.flush()
    return row


def delete_question(ctx: Context, collection_id: str, question_id: str) -> None:
    """Remove a question; measurements that asked it stay."""
    ctx.require("collections:write")
    ctx.session.delete(_question(ctx, collection_id, question_id))
    ctx.session.flush()


def import_questions(
    yard: Yard, actor: Actor, collection_id: str, path: Path, *, replace: bool = False
) -> tuple[int, int, list[Problem]]:
    """Add the questions of a file; return how many, how many were there or could not be read, and the first reasons.

    With `replace` those that were imported before go, but for those that somebody has changed since. Nobody waits for
    the database while the file is read. Raises UnreadableFile or TooLarge, changing nothing.
    """
    with yard.context(actor, writes=False) as ctx:
        ctx.require("collections:write")
        owned_collection(ctx, collection_id)
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as scratch:
        found = read_questions(path, yard.settings, Path(scratch))
    with yard.context(actor) as ctx:
        mine = owned_collection(ctx, collection_id).id
        if replace:
            outdated = delete(Question).where(Question.collection_id == mine, Question.origin == "imported")
            ctx.session.execute(outdated)
        n_added = len(add_questions(ctx, mine, found.questions, "imported"))
    return n_added, len(found.questions) - n_added + found.n_problems, found.problems


def generate_questions(
    ctx: Context, collection_id: str, *, n: int = 20, unanswerable_fraction: float = 0.2, seed: int = 0
) -> Run:
    """Start a run that writes test questions from chunks; while one is under way, that one is returned."""
    ctx.require("collections:write")
    collection = owned_collection(ctx, collection_id)
    if not collection.n_chunks:
        raise Conflict(f"{collection.name!r} has no documents yet.", hint="Add documents and wait for their sync.")
    under_way = run_under_way(ctx, collection.id, "generate_questions")
    fields = {"n": n, "unanswerable_fraction": unanswerable_fraction, "seed": seed}
    return under_way or submit(ctx, _job("generate_questions", collection=collection.id, **fields))


def save_questions(ctx: Context, collection_id: str) -> QuestionSet:
    """Freeze the test questions of now as a set and as a dataset; the same questions are not frozen twice."""
    ctx.require("collections:write")
    collection = owned_collection(ctx, collection_id)
    mine = select(Question).where(Question.collection_id == collection.id)
    rows = list(ctx.session.scalars(mine.order_by(Question.id)))
    if not rows:
        raise Conflict(f"{collection.name!r} has no test questions.", hint=_NO_QUESTIONS)
    content = as_lines(Asked.of(row) for row in rows)
    digest = hashlib.sha256(content).hexdigest()
    same = select(QuestionSet).where(QuestionSet.collection_id == collection.id, QuestionSet.rows_hash == digest)
    known = ctx.session.scalar(same.order_by(QuestionSet.id.desc()).limit(1))
    if known is not None:
        return known
    frozen = QuestionSet(
        id=new_id("qs", at=ctx.clock()),
        collection_id=collection.id,
        rows_hash=ctx.artifacts.put_bytes(content).hash,
        n_questions=len(rows),
        dataset_id=_dataset(ctx, collection, content),
        created_at=ctx.clock(),
    )
    ctx.session.add(frozen)
    ctx.session.flush()
    return frozen


def measure_quality(ctx: Context, collection_id: str, *, judge: bool = True, priority: int = 0) -> Run:
    """Start a run that asks the test questions; while one is under way for this collection, that one is returned."""
    ctx.require("collections:write")
    collection = owned_collection(ctx, collection_id)
    if not collection.n_chunks:
        raise Conflict(f"{collection.name!r} has no documents yet.", hint="Add documents and wait for their sync.")
    under_way = run_under_way(ctx, collection.id, "measure_quality")
    return under_way or _measure(ctx, collection, judge=judge, priority=priority)


def queue_quality(ctx: Context, collection: Collection) -> Run | None:
    """Measure after a sync that changed something, as the collection's settings allow.

    None without test questions, where it is switched off, or when a run already waits to.
    """
    ctx.require("collections:write")
    settings = AnswerSettings.model_validate(collection.answering)
    if settings.measured_after_sync == "never":
        return None
    asked = select(Question.id).where(Question.collection_id == collection.id).limit(1)
    if not collection.n_chunks or ctx.session.scalar(asked) is None:
        return None
    waiting = run_under_way(ctx, collection.id, "measure_quality")
    if waiting is not None and waiting.state == "queued":
        return None
    answers = settings.measured_after_sync == "whole" or _is_free(ctx, collection.llm_id, settings.judge_id)
    return _measure(ctx, collection, judge=answers, priority=-1, answers=answers)


def run_under_way(ctx: Context, collection_id: str, kind: str) -> Run | None:
    """Return the newest run of this kind that works on the collection, or waits to."""
    ctx.require("collections:read")
    chosen = visible_runs(ctx).where(Run.kind == kind, Run.subject_id == collection_id, Run.state.not_in(FINAL_STATES))
    return ctx.session.scalar(chosen.order_by(Run.id.desc()).limit(1))


def list_measurements(
    ctx: Context, collection_id: str, *, limit: int = 50, cursor: str | None = None
) -> list[QualityRun]:
    """Return measurements, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("collections:read")
    query = select(QualityRun).where(QualityRun.collection_id == owned_collection(ctx, collection_id).id)
    if cursor:
        query = query.where(QualityRun.id < cursor)
    return list(ctx.session.scalars(query.order_by(QualityRun.id.desc()).limit(limit)))


def get_measurement(ctx: Context, collection_id: str, quality_id: str | None = None) -> QualityRun:
    """Return one measurement, the newest when none is named; raise NotFound."""
    ctx.require("collections:read")
    query = select(QualityRun).where(QualityRun.collection_id == owned_collection(ctx, collection_id).id)
    if quality_id is not None:
        query = query.where(QualityRun.id == quality_id)
    row = ctx.session.scalar(query.order_by(QualityRun.id.desc()).limit(1))
    if row is None:
        named = f"There is no measurement {quality_id!r}." if quality_id else "Nothing has been measured yet."
        raise NotFound(named, hint="Measure the quality of the collection first.")
    return row


def measurement_results(ctx: Context, row: QualityRun) -> list[QuestionResult]:
    """Return what came of each question of a measurement, in the order in which they were asked."""
    ctx.require("collections:read")
    return read_results(local_copy(ctx.artifacts, ctx.settings, row.results_hash or ""))


def calibration(ctx: Context, collection_id: str, aim: Aim, *, quality_id: str | None = None) -> Calibration:
    """Return from which evidence on the collection should answer, by a measurement; raise Conflict with too few."""
    ctx.require("collections:read")
    row = get_measurement(ctx, collection_id, quality_id)
    settings = AnswerSettings.model_validate(owned_collection(ctx, collection_id).answering)
    return calibrate(measurement_results(ctx, row), aim, answer_from=settings.answer_from)


def apply_calibration(ctx: Context, collection_id: str, aim: Aim, *, quality_id: str | None = None) -> Calibration:
    """Answer from the chosen evidence on; the next measurement shows what that does."""
    ctx.require("collections:write")
    found = calibration(ctx, collection_id, aim, quality_id=quality_id)
    mine = visible_collections(ctx).where(Collection.id == collection_id)
    collection = ctx.session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
    settings = AnswerSettings.model_validate(collection.answering)
    chosen = settings.model_copy(update={"answer_from": found.chosen.answer_from})
    collection.answering = chosen.model_dump(mode="json")
    ctx.session.flush()
    return found


def _is_free(ctx: Context, *llm_ids: str | None) -> bool:
    """Say whether none of these LLMs costs money: a price that nobody knows is one."""
    rows = ctx.session.scalars(visible_llms(ctx).where(Llm.id.in_([each for each in llm_ids if each is not None])))
    providers = [provider_of(row) for row in rows]
    return all(each is not None and each.prices == FREE for each in providers)


def _measure(ctx: Context, collection: Collection, *, judge: bool, priority: int, answers: bool = True) -> Run:
    frozen = save_questions(ctx, collection.id)
    fields = {"collection": collection.id, "question_set": frozen.id, "judge": judge, "answers": answers}
    job = _job("measure_quality", **fields)
    return submit(ctx, job, priority=priority)


def _job(kind: str, **fields: Any) -> Job:
    """Return a job by its name: jobs stand above this room, which they call."""
    job: Job = family("job").parse({"kind": kind, **fields})
    return job


def _dataset(ctx: Context, collection: Collection, content: bytes) -> str:
    ctx.settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ctx.settings.scratch) as folder:
        path = Path(folder) / FILENAME
        path.write_bytes(content)
        return create_dataset_from_file(ctx, f"{OWN_NAME}{collection.name}", path, filename=FILENAME).id


def _question(ctx: Context, collection_id: str, question_id: str) -> Question:
    mine = owned_collection(ctx, collection_id).id
    row = ctx.session.scalar(select(Question).where(Question.collection_id == mine, Question.id == question_id))
    if row is None:
        raise NotFound(f"There is no test question {question_id!r} in this collection.")
    return row
