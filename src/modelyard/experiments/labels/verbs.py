"""What can be done with labels: say what one thinks of an answer, take it back, look how scorers agree."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from modelyard.access.tables import User
from modelyard.experiments.comparing.score_table import ANSWERED, ScoreTable
from modelyard.experiments.comparing.verbs import score_table_of
from modelyard.experiments.labels.agreement import Agreement, agreement_of
from modelyard.experiments.labels.blind import queue_order, shuffled
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample, Label
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound

Cell = tuple[int, int, int]
"""Configuration, sample and repeat of an answer."""


@dataclass(frozen=True)
class Waiting:
    """An answer in the blind queue."""

    slot: int
    answer: ExperimentAnswer
    sample: ExperimentSample


@dataclass(frozen=True)
class Queue:
    """The next answers that a person may label without knowing whose they are."""

    items: list[Waiting]
    n_labelled: int
    n_left: int


@dataclass(frozen=True)
class Agreements:
    """How far each scorer (name, title) agrees with the labels, and every two people with each other (by name)."""

    n_labelled: int
    n_blind: int
    scorers: list[tuple[str, str, Agreement]]
    labellers: list[tuple[str, str, Agreement]]


def put_label(
    ctx: Context, attempt: Attempt, cell: Cell, value: float, *, note: str = "", blind: bool = False
) -> Label:
    """Say what the actor thinks of an answer, in place of what they said before; raise NotFound for no answer."""
    labeller = ctx.require("experiments:write")
    if _answer(ctx, attempt, cell) is None:
        raise NotFound("There is no such answer in this attempt.")
    label = ctx.session.get(Label, (attempt.id, *cell, labeller))
    if label is None:
        configuration, place, repeat = cell
        label = Label(
            attempt_id=attempt.id, configuration=configuration, place=place, repeat=repeat, labeller_id=labeller
        )
        ctx.session.add(label)
    label.value, label.note, label.is_blind, label.created_at = value, note, blind, ctx.clock()
    ctx.session.flush()
    return label


def put_blind_label(
    ctx: Context, attempt: Attempt, place: int, slot: int, repeat: int, value: float, *, note: str = ""
) -> Label:
    """Say what the actor thinks of an answer of the blind queue."""
    ctx.require("experiments:write")
    order = shuffled(attempt.id, place, len(attempt.configurations))
    if slot >= len(order):
        raise NotFound("There is no such answer in this attempt.")
    return put_label(ctx, attempt, (order[slot], place, repeat), value, note=note, blind=True)


def delete_label(ctx: Context, attempt: Attempt, cell: Cell) -> None:
    """Take back what the actor said of an answer; nothing happens when they said nothing."""
    labeller = ctx.require("experiments:write")
    label = ctx.session.get(Label, (attempt.id, *cell, labeller))
    if label is not None:
        ctx.session.delete(label)


def labels_of(ctx: Context, attempt: Attempt, places: Iterable[int] | None = None) -> list[Label]:
    """Return the labels of an attempt, or of some of its samples."""
    ctx.require("experiments:read")
    chosen = _labels(attempt).order_by(Label.place, Label.configuration, Label.repeat, Label.labeller_id)
    if places is not None:
        chosen = chosen.where(Label.place.in_(list(places)))
    return list(ctx.session.scalars(chosen))


def blind_queue(ctx: Context, experiment_id: str, number: int, *, limit: int = 20) -> Queue:
    """Return answers that the actor has not labelled yet, in a random order, without whose they are."""
    labeller = ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    mine = {_cell(label) for label in labels_of(ctx, attempt) if label.labeller_id == labeller}
    left = [cell for cell in _answered(score_table_of(ctx, attempt)) if cell not in mine]
    chosen = queue_order(attempt.id, labeller, left)[:limit]
    return Queue([_waiting(ctx, attempt, cell) for cell in chosen], len(mine), len(left))


def agreements(ctx: Context, experiment_id: str, number: int) -> Agreements:
    """Return how far each scorer says of the labelled answers what people said, and people what others said.

    Several labels of an answer are averaged beside scorers.
    """
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    labels = labels_of(ctx, attempt)
    said: dict[Cell, list[float]] = defaultdict(list)
    for label in labels:
        said[_cell(label)].append(label.value)
    table = score_table_of(ctx, attempt)
    found = []
    for scorer in table.scorers:
        values = table.scores[scorer.name]
        scored = [(float(values[cell]), sum(of) / len(of)) for cell, of in said.items() if _is_in(table, cell)]
        pairs = [(score, label) for score, label in scored if not math.isnan(score)]
        found.append((scorer.name, scorer.title, agreement_of(pairs)))
    n_blind = len({_cell(label) for label in labels if label.is_blind})
    return Agreements(len(said), n_blind, found, _between_people(ctx, labels))


def _between_people(ctx: Context, labels: Iterable[Label]) -> list[tuple[str, str, Agreement]]:
    """Return the agreement of every two who labelled the same answers, those with the most in common first."""
    said: dict[str, dict[Cell, float]] = defaultdict(dict)
    for label in labels:
        said[label.labeller_id][_cell(label)] = label.value
    found = []
    for first, second in itertools.combinations(sorted(said), 2):
        pairs = [(value, said[second][cell]) for cell, value in said[first].items() if cell in said[second]]
        if pairs:
            found.append(
                (_name(ctx, first), _name(ctx, second), agreement_of(pairs, lacking="that the other one labelled"))
            )
    return sorted(found, key=lambda each: -each[2].n)


def _name(ctx: Context, labeller: str) -> str:
    return ctx.session.get_one(User, labeller).name


def _answer(ctx: Context, attempt: Attempt, cell: Cell) -> ExperimentAnswer | None:
    found = ctx.session.get(ExperimentAnswer, (attempt.id, *cell))
    return found if found is not None and found.error_kind is None else None


def _labels(attempt: Attempt) -> Select[Label]:
    return select(Label).where(Label.attempt_id == attempt.id)


def _cell(label: Label) -> Cell:
    return label.configuration, label.place, label.repeat


def _is_in(table: ScoreTable, cell: Cell) -> bool:
    return all(at < size for at, size in zip(cell, table.state.shape, strict=True))


def _answered(table: ScoreTable) -> list[Cell]:
    import numpy as np

    return [(int(a), int(b), int(c)) for a, b, c in np.argwhere(table.state == ANSWERED)]


def _waiting(ctx: Context, attempt: Attempt, cell: Cell) -> Waiting:
    configuration, place, _ = cell
    answer = ctx.session.get_one(ExperimentAnswer, (attempt.id, *cell))
    sample = ctx.session.get_one(ExperimentSample, (attempt.id, place))
    order = shuffled(attempt.id, place, len(attempt.configurations))
    return Waiting(order.index(configuration), answer, sample)
