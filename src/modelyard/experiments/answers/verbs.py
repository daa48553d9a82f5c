"""What can be asked of answers: the samples that filters mean, one sample with everything, two answers compared."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from modelyard.experiments.answers.differences import Difference, differences
from modelyard.experiments.answers.filters import AnswerFilters, chosen_scorer, matching, sample_scores
from modelyard.experiments.comparing.score_table import ScoreTable
from modelyard.experiments.comparing.verbs import score_table_of
from modelyard.experiments.labels.verbs import labels_of
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample, Label
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Found:
    """A sample in a list: with the first answer of each configuration that is looked at."""

    sample: ExperimentSample
    answers: list[ExperimentAnswer | None]
    scores: list[float | None]
    """Means of its repeats by the scorer, in the same order."""
    n_labels: int


@dataclass(frozen=True)
class Listing:
    """Samples that the filters mean, and how many there are in all."""

    configurations: list[int]
    items: list[Found]
    n: int
    next: int | None


@dataclass(frozen=True)
class Shown:
    """One sample with every answer to it."""

    sample: ExperimentSample
    answers: list[ExperimentAnswer]
    labels: list[Label]


def list_answers(
    ctx: Context, experiment_id: str, number: int, filters: AnswerFilters, *, limit: int = 50, cursor: int = 0
) -> Listing:
    """Return samples in their order, or those first that the two configurations differ most on.

    `cursor` says how many were seen already. Raises Invalid for what the attempt does not have.
    """
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    table = score_table_of(ctx, attempt)
    places = matching(table, filters)
    chosen = [at for at in (filters.first, filters.second) if at is not None]
    if filters.search:
        places = _among(places, _with_words(ctx, attempt, filters.search, chosen))
    if filters.labelled is not None:
        labelled = {label.place for label in labels_of(ctx, attempt) if label.configuration in chosen}
        places = _among(places, labelled, is_in=filters.labelled)
    shown = [int(place) for place in places[cursor : cursor + limit]]
    end = cursor + len(shown)
    items = _found(ctx, attempt, table, filters, chosen, shown)
    return Listing(chosen, items, len(places), end if end < len(places) else None)


def get_sample(ctx: Context, experiment_id: str, number: int, place: int) -> Shown:
    """Return one sample with the answers of every configuration and repeat; raise NotFound."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    sample = ctx.session.get(ExperimentSample, (attempt.id, place))
    if sample is None:
        raise NotFound(f"There is no sample {place} in this attempt.")
    mine = select(ExperimentAnswer).where(ExperimentAnswer.attempt_id == attempt.id, ExperimentAnswer.place == place)
    answers = ctx.session.scalars(mine.order_by(ExperimentAnswer.configuration, ExperimentAnswer.repeat))
    return Shown(sample, list(answers), labels_of(ctx, attempt, [place]))


def compare_answers(
    ctx: Context, experiment_id: str, number: int, place: int, first: tuple[int, int], second: tuple[int, int]
) -> Difference:
    """Return two answers (configuration, repeat) to one sample word by word; raise NotFound."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    texts = []
    for configuration, repeat in (first, second):
        answer = ctx.session.get(ExperimentAnswer, (attempt.id, configuration, place, repeat))
        if answer is None:
            raise NotFound(f"Configuration {configuration} has no answer {repeat} to sample {place}.")
        texts.append(answer.text)
    return differences(*texts)


def _with_words(ctx: Context, attempt: Attempt, search: str, configurations: Sequence[int]) -> set[int]:
    """Return the samples that have the words in their question, their answer, or in what was said."""
    samples = select(ExperimentSample.place).where(
        ExperimentSample.attempt_id == attempt.id,
        or_(
            ExperimentSample.question.icontains(search, autoescape=True),
            ExperimentSample.answer.icontains(search, autoescape=True),
            ExperimentSample.sample_id == search,
        ),
    )
    answers = select(ExperimentAnswer.place).where(
        ExperimentAnswer.attempt_id == attempt.id,
        ExperimentAnswer.configuration.in_(configurations),
        ExperimentAnswer.text.icontains(search, autoescape=True),
    )
    return {*ctx.session.scalars(samples), *ctx.session.scalars(answers)}


def _among(places: "Array", wanted: set[int], *, is_in: bool = True) -> "Array":
    import numpy as np

    found: Array = places[np.isin(places, list(wanted)) == is_in]
    return found


def _found(
    ctx: Context, attempt: Attempt, table: ScoreTable, filters: AnswerFilters, chosen: list[int], places: list[int]
) -> list[Found]:
    samples = select(ExperimentSample).where(
        ExperimentSample.attempt_id == attempt.id, ExperimentSample.place.in_(places)
    )
    by_place = {each.place: each for each in ctx.session.scalars(samples)}
    answers = select(ExperimentAnswer).where(
        ExperimentAnswer.attempt_id == attempt.id,
        ExperimentAnswer.place.in_(places),
        ExperimentAnswer.configuration.in_(chosen),
    )
    firsts: dict[tuple[int, int], ExperimentAnswer] = {}
    for each in ctx.session.scalars(answers.order_by(ExperimentAnswer.repeat.desc())):
        firsts[each.configuration, each.place] = each
    scorer = chosen_scorer(table, filters.scorer)
    scores = [sample_scores(table, at, scorer) for at in chosen]
    n_labels = Counter(label.place for label in labels_of(ctx, attempt, places))
    return [
        Found(
            by_place[place],
            [firsts.get((at, place)) for at in chosen],
            [_known(values[place]) for values in scores],
            n_labels[place],
        )
        for place in places
        if place in by_place
    ]


def _known(value: Any) -> float | None:
    found = float(value)
    return None if math.isnan(found) else found
