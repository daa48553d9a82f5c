"""HTTP of answers."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from modelyard.access.http import Ctx
from modelyard.experiments.answers import verbs
from modelyard.experiments.answers.filters import AnswerFilters, Sort, Who
from modelyard.experiments.answers.schemas import AnswerDifference, AnswerPage, SampleAnswers

router = APIRouter(prefix="/{experiment_id}/attempts/{number}/answers")

Number = Annotated[int, Path(ge=1, le=2**31)]
At = Annotated[int, Path(ge=0, lt=2**31)]
Named = Annotated[str | None, Query(max_length=200)]
Configuration = Annotated[int, Query(ge=0, lt=2**31, description="Place of a configuration.")]
Repeat = Annotated[int, Query(ge=0, lt=2**31)]


@router.get("")
def list_answers(
    ctx: Ctx,
    experiment_id: str,
    number: Number,
    first: Configuration = 0,
    second: Annotated[int | None, Query(ge=0, lt=2**31, description="Another one beside it.")] = None,
    who: Annotated[Who, Query(description="Who was right, by the scorer.")] = "all",
    scorer: Named = None,
    group: Named = None,
    error_kind: Named = None,
    ended: Named = None,
    search: Annotated[str, Query(max_length=200)] = "",
    labelled: bool | None = None,
    sort: Annotated[Sort, Query()] = "place",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int, Query(ge=0, lt=2**31, description="How many were seen already.")] = 0,
) -> AnswerPage:
    """List samples with what one or two configurations answered, by who was right, group, error, words, labels."""
    filters = AnswerFilters(
        first=first,
        second=second,
        who=who,
        scorer=scorer,
        group=group,
        error_kind=error_kind,
        ended=ended,
        search=search,
        labelled=labelled,
        sort=sort,
    )
    return AnswerPage.of(verbs.list_answers(ctx, experiment_id, number, filters, limit=limit, cursor=cursor))


@router.get("/{place}")
def get_answers(ctx: Ctx, experiment_id: str, number: Number, place: At) -> SampleAnswers:
    """Return one sample with every answer to it: prompt, passages, trace, scores and why, labels."""
    return SampleAnswers.of(verbs.get_sample(ctx, experiment_id, number, place))


@router.get("/{place}/difference")
def compare_two_answers(
    ctx: Ctx,
    experiment_id: str,
    number: Number,
    place: At,
    first: Configuration,
    second: Configuration,
    first_repeat: Repeat = 0,
    second_repeat: Repeat = 0,
) -> AnswerDifference:
    """Return two answers to one sample word by word."""
    found = verbs.compare_answers(ctx, experiment_id, number, place, (first, first_repeat), (second, second_repeat))
    return AnswerDifference.of(found)
