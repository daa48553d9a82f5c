"""What an owner can learn of readers: what they ask, what was not answered, what to write about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from modelyard.chat.ownership import owned_collection
from modelyard.chat.readers.asked import MOST_CALLS, Asking, askings
from modelyard.chat.readers.grouping import Grouping
from modelyard.chat.readers.groups import SHOWN_GROUPS, Day, Gap, Keys, QuestionGroup, by_day, gaps, groups, n_readers
from modelyard.chat.readers.tables import QuestionGrouping
from modelyard.chat.tables import Collection
from modelyard.endpoints.times import problems_of_times
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.runs.job import Job
from modelyard.runs.tables import FINAL_STATES, Run
from modelyard.runs.verbs import submit, visible_runs

if TYPE_CHECKING:
    import polars as pl

USUAL_TIME = timedelta(days=30)
LONGEST_TIME = timedelta(days=400)
SHOWN_THUMBS = 50


@dataclass(frozen=True)
class ReadersReport:
    """What readers asked in a stretch of time."""

    since: datetime
    until: datetime
    n_questions: int
    n_answered: int
    n_abstained: int
    n_off_subject: int
    """Of those abstained."""
    n_failed: int
    n_thumbs_up: int
    n_thumbs_down: int
    n_readers: int
    is_cut: bool
    """Whether there were more than are looked at; then the oldest are left out."""
    by_day: list[Day]
    top: list[QuestionGroup]
    unanswered: list[QuestionGroup]
    """About the documents, but not answered."""
    off_subject: list[QuestionGroup]
    """Not answered, and about something else: nothing to write about."""
    thumbs_down: list[Asking]
    gaps: list[Gap]
    grouped_at: datetime | None
    """When meanings were compared last; None: never, so that only equal words count."""
    n_by_words: int
    """Questions that came since, compared by their words."""
    run_id: str | None
    """The run that compares meanings now."""


def readers_report(
    ctx: Context, collection_id: str, *, since: datetime | None = None, until: datetime | None = None
) -> ReadersReport:
    """Return what readers asked, by default in the last 30 days; raise Invalid for times that are none."""
    ctx.require("collections:read")
    collection = owned_collection(ctx, collection_id)
    begin, end = _times(ctx, since, until)
    found = askings(ctx, collection, begin, end)
    row = ctx.session.get(QuestionGrouping, collection.id)
    keys = Keys(_grouping(ctx, row))
    down = [asking for asking in found if asking.thumb == "down"]
    run = run_under_way(ctx, collection.id)
    return ReadersReport(
        since=begin,
        until=end,
        n_questions=len(found),
        n_answered=sum(not asking.abstained and not asking.has_failed for asking in found),
        n_abstained=sum(asking.abstained for asking in found),
        n_off_subject=sum(asking.is_off_subject for asking in found),
        n_failed=sum(asking.has_failed for asking in found),
        n_thumbs_up=sum(asking.thumb == "up" for asking in found),
        n_thumbs_down=len(down),
        n_readers=n_readers(found),
        is_cut=len(found) >= MOST_CALLS,
        by_day=by_day(found, begin, end),
        top=groups(found, keys)[:SHOWN_GROUPS],
        unanswered=_unanswered(found, keys, is_off_subject=False),
        off_subject=_unanswered(found, keys, is_off_subject=True),
        thumbs_down=down[:SHOWN_THUMBS],
        gaps=gaps(found, keys)[:SHOWN_GROUPS],
        grouped_at=row.made_at if row is not None else None,
        n_by_words=sum(not keys.is_compared(asking) for asking in found),
        run_id=run.id if run is not None else None,
    )


def _unanswered(found: list[Asking], keys: Keys, *, is_off_subject: bool) -> list[QuestionGroup]:
    chosen = (asking for asking in found if asking.abstained and asking.is_off_subject == is_off_subject)
    return groups(chosen, keys)[:SHOWN_GROUPS]


def group_questions(ctx: Context, collection_id: str, *, priority: int = 0) -> Run:
    """Start a run that compares what questions mean; while one is under way, that one is returned."""
    ctx.require("collections:write")
    collection = owned_collection(ctx, collection_id)
    job: Job = family("job").parse({"kind": "group_questions", "collection": collection.id})
    return run_under_way(ctx, collection.id) or submit(ctx, job, priority=priority)


def run_under_way(ctx: Context, collection_id: str) -> Run | None:
    """Return the run that compares the questions of the collection now, or waits to."""
    ctx.require("collections:read")
    chosen = visible_runs(ctx).where(
        Run.kind == "group_questions", Run.subject_id == collection_id, Run.state.not_in(FINAL_STATES)
    )
    return ctx.session.scalar(chosen.order_by(Run.id.desc()).limit(1))


def export_askings(
    ctx: Context, collection_id: str, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Collection, "Iterator[pl.DataFrame]"]:
    """Return the collection and what was asked as a table, the newest first; readers are numbers in this file only."""
    ctx.require("collections:read")
    collection = owned_collection(ctx, collection_id)
    found = askings(ctx, collection, *_times(ctx, since, until))
    return collection, _frames(found)


def _frames(found: list[Asking]) -> "Iterator[pl.DataFrame]":
    import polars as pl

    texts = ("question", "searched_for", "answer", "outcome", "nearest", "thumb", "comment", "call_id")
    schema = {"at": pl.String, "reader": pl.Int64, **dict.fromkeys(texts, pl.String)}
    rows = [
        {
            "at": asking.at.isoformat(timespec="seconds"),
            "reader": asking.reader,
            "question": asking.question,
            "searched_for": asking.searched_for,
            "answer": asking.answer,
            "outcome": _outcome(asking),
            "nearest": "; ".join(" › ".join(path) for path in asking.nearest),
            "thumb": asking.thumb,
            "comment": asking.comment,
            "call_id": asking.call_id,
        }
        for asking in found
    ]
    yield pl.DataFrame(rows, schema=schema)


def _outcome(asking: Asking) -> str:
    if asking.has_failed:
        return "failed"
    if asking.abstained:
        return "off subject" if asking.is_off_subject else "abstained"
    return "answered"


def _times(ctx: Context, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = until or ctx.clock()
    begin = since or end - USUAL_TIME
    problems = problems_of_times(since, until) or problems_of_times(begin, end)
    if not problems and end - begin > LONGEST_TIME:
        problems = [FieldError(("since",), f"A report covers at most {LONGEST_TIME.days} days.")]
    if problems:
        raise Invalid(problems[0].message, hint="Choose other dates.", fields=problems)
    return begin, end


def _grouping(ctx: Context, row: QuestionGrouping | None) -> Grouping | None:
    if row is None:
        return None
    try:
        return Grouping.model_validate_json(ctx.artifacts.read_bytes(row.groups_hash))
    except NotFound:
        return None  # a run has just put another in its place: words are compared this once
