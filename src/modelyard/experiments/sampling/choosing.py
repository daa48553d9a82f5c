"""The samples of an experiment, read from its dataset."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.data.ownership import visible_datasets
from modelyard.data.storage import local_copy
from modelyard.data.tables import Dataset
from modelyard.experiments.document import MOST_SAMPLES, SampleChoice
from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.cells import sample_of
from modelyard.experiments.sampling.columns import Mapping, mapped
from modelyard.experiments.sampling.drawing import doubles, drawn
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid

ROWS_AT_ONCE = 4096
N_PREVIEWED = 200


@dataclass(frozen=True)
class Samples:
    """What is asked: how many samples there are, those that were read, and what is worth knowing."""

    n: int
    """Drawn in all."""
    samples: list[Sample]
    """In the order drawn; the first ones when not all were read."""
    columns: Mapping
    present: list[str]
    """All columns of the dataset."""
    n_rows: int
    """Of the dataset."""
    n_without_answer: int
    """Of those that were read: nothing that compares can score them."""
    notes: list[str]


def samples_of(ctx: Context, choice: SampleChoice, *, most: int | None = None) -> Samples:
    """Return the samples that a choice draws; `most` reads no more than so many of them.

    Raises Invalid for a dataset that is not there, that lacks a question, or whose ids are not unique.
    """
    dataset = dataset_of(ctx, choice.dataset)
    path = local_copy(ctx.artifacts, ctx.settings, dataset.content_hash or "")
    return read_samples(path, choice, most=most)


def preview_samples(ctx: Context, choice: SampleChoice) -> Samples:
    """Return what a choice comes to, with a few hundred of its samples; raise as `samples_of`."""
    ctx.require("experiments:read")
    return samples_of(ctx, choice, most=N_PREVIEWED)


def dataset_of(ctx: Context, named: str) -> Dataset:
    """Return the dataset with this id, or the newest one of this name; raise Invalid while it is no table."""
    mine = visible_datasets(ctx).where((Dataset.id == named) | (Dataset.name == named))
    row: Dataset | None = ctx.session.scalar(mine.order_by(Dataset.id.desc()).limit(1))
    if row is None or row.state != "ready":
        raise _invalid("dataset", f"There is no dataset {named!r}." if row is None else f"{row.name!r} is {row.state}.")
    return row


def read_samples(path: Path, choice: SampleChoice, *, most: int | None = None) -> Samples:
    """Return the samples from the rows of a Parquet file; raise Invalid as `samples_of`."""
    with opened(path) as file:
        draw = draw_of(file, choice)
        wanted = draw.order if most is None else draw.order[:most]
        found = dict(each_sample(file, draw.columns, wanted))
        n_rows, present = file.metadata.num_rows, list(file.schema_arrow.names)
    samples = [found[turn] for turn in range(len(wanted))]
    return Samples(
        n=len(draw.order),
        samples=samples,
        columns=draw.columns,
        present=present,
        n_rows=n_rows,
        n_without_answer=sum(each.answer is None and each.is_answerable for each in samples),
        notes=_notes(draw, choice),
    )


@dataclass(frozen=True)
class Draw:
    """Which rows of a file are asked."""

    columns: Mapping
    order: list[int]
    """Their places in the file, in the order drawn."""
    n_empty: int
    """Rows that ask nothing."""
    n_asking: int
    """Rows that ask something, drawn or not."""


def opened(path: Path) -> Any:
    """Return the Parquet file, to be closed by `with`."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(path)


def draw_of(file: Any, choice: SampleChoice) -> Draw:
    """Return which rows a choice draws, by their ids and groups alone; raise Invalid as `samples_of`."""
    columns = mapped(choice.columns, file.schema_arrow.names)
    brief = dict.fromkeys(name for name in (columns.id, columns.question, columns.group) if name is not None)
    places, ids, groups, n_empty = [], [], [], 0
    for place, cells in _rows(file, list(brief)):
        sample = sample_of(cells, columns, place)
        if not sample.question:
            n_empty += 1
            continue
        places.append(place)
        ids.append(sample.id)
        groups.append(sample.group)
    if not places:
        raise _invalid("dataset", "No row of the dataset has a question.")
    if double := doubles(ids):
        few = ", ".join(map(repr, double[:5]))
        message = f"{len(double):,} ids stand more than once, such as {few}."
        raise _invalid("columns", message, hint="Choose another column for ids, or none: rows are numbered then.")
    turns = drawn(ids, groups, seed=choice.seed)[: choice.limit or MOST_SAMPLES]
    return Draw(columns, [places[turn] for turn in turns], n_empty, len(places))


def each_sample(file: Any, columns: Mapping, order: Sequence[int]) -> Iterator[tuple[int, Sample]]:
    """Yield the samples with their turns, as they come in the file: a few thousand are in memory at a time."""
    turns = {place: turn for turn, place in enumerate(order)}
    last = max(order, default=-1)
    for place, cells in _rows(file, columns.used, until=last, among=turns.__contains__):
        yield turns[place], sample_of(cells, columns, place)


def _rows(
    file: Any, names: list[str], *, until: int | None = None, among: Callable[[int], bool] | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield place and cells of the rows, a few thousand in memory at a time."""
    # By position: Parquet takes a dot in a name for a path into a nested column.
    paths = [file.schema.column(file.schema_arrow.get_field_index(name)).path for name in names]
    first = 0
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=paths):
        if until is not None and first > until:
            return
        cells = {name: batch.column(name).to_pylist() for name in names}
        for row in range(batch.num_rows):
            if among is None or among(first + row):
                yield first + row, {name: values[row] for name, values in cells.items()}
        first += batch.num_rows


def _notes(draw: Draw, choice: SampleChoice) -> list[str]:
    notes = []
    if choice.limit is None and draw.n_asking > MOST_SAMPLES:
        notes.append(f"{MOST_SAMPLES:,} of {draw.n_asking:,} questions are drawn: more are never asked at once.")
    if draw.n_empty:
        notes.append(f"{draw.n_empty:,} rows without a question are left out.")
    if draw.columns.answer is None:
        notes.append("The dataset states no answers: only scorers that compare with none can score.")
    return notes


def _invalid(field: str, message: str, *, hint: str | None = None) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("samples", field), message)])
