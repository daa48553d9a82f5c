"""HTTP of shared results: no sign-in, no cookie; whoever has the token reads one attempt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from modelyard.access.http import the_yard
from modelyard.experiments.answers import verbs as answers
from modelyard.experiments.answers.filters import AnswerFilters, Sort, Who
from modelyard.experiments.answers.schemas import AnswerDifference, AnswerPage, SampleAnswers
from modelyard.experiments.comparing.verbs import results_of
from modelyard.experiments.sharing.schemas import SharedResults, for_readers, without_labels
from modelyard.experiments.sharing.verbs import Reading, find_shared, require_answers
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.yard import Yard

router = APIRouter(prefix="/public/experiments/{token}", tags=["public pages"])

Token = Annotated[str, Path(max_length=100)]
Place = Annotated[int, Query(ge=0, lt=2**31)]
At = Annotated[int, Path(ge=0, lt=2**31)]
Named = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True)
class Visit:
    """A reader's Context, which may only read, and what they may see."""

    ctx: Context
    reading: Reading


def open_visit(yard: Annotated[Yard, Depends(the_yard)], token: Token) -> Iterator[Visit]:
    """Yield the Context of a reader."""
    reading = find_shared(yard, token)
    with yard.context(reading.reader, writes=False) as ctx:
        yield Visit(ctx, reading)


TheVisit = Annotated[Visit, Depends(open_visit, scope="function")]


@router.get("")
def get_shared_results(visit: TheVisit) -> SharedResults:
    """Return the results that the link leads to."""
    reading = visit.reading
    attempt = get_attempt(visit.ctx, reading.experiment_id, reading.number)
    results = results_of(visit.ctx, reading.experiment_id, reading.number)
    return SharedResults.of(attempt, results, with_answers=reading.is_with_answers, link_ends_at=reading.ends_at)


@router.get("/answers")
def list_shared_answers(
    visit: TheVisit,
    first: Place = 0,
    second: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    who: Annotated[Who, Query()] = "all",
    scorer: Named = None,
    group: Named = None,
    error_kind: Named = None,
    ended: Named = None,
    search: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[Sort, Query()] = "place",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Place = 0,
) -> AnswerPage:
    """List samples with what one or two configurations answered, where the link shows answers."""
    require_answers(visit.reading)
    filters = AnswerFilters(
        first=first,
        second=second,
        who=who,
        scorer=scorer,
        group=group,
        error_kind=error_kind,
        ended=ended,
        search=search,
        sort=sort,
    )
    reading = visit.reading
    found = answers.list_answers(visit.ctx, reading.experiment_id, reading.number, filters, limit=limit, cursor=cursor)
    return without_labels(AnswerPage.of(found))


@router.get("/answers/{place}")
def get_shared_sample(visit: TheVisit, place: At) -> SampleAnswers:
    """Return one sample with every answer to it, where the link shows answers; what people said of them stays here."""
    require_answers(visit.reading)
    found = answers.get_sample(visit.ctx, visit.reading.experiment_id, visit.reading.number, place)
    return for_readers(SampleAnswers.of(found))


@router.get("/answers/{place}/difference")
def compare_two_shared_answers(
    visit: TheVisit, place: At, first: Place, second: Place, first_repeat: Place = 0, second_repeat: Place = 0
) -> AnswerDifference:
    """Return two answers to one sample word by word, where the link shows answers."""
    require_answers(visit.reading)
    pair = (first, first_repeat), (second, second_repeat)
    return AnswerDifference.of(
        answers.compare_answers(visit.ctx, visit.reading.experiment_id, visit.reading.number, place, *pair)
    )
