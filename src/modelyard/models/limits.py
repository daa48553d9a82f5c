"""What the numbers of a model cannot say, in sentences, each made from what was counted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.data.columns import Schema, Task
from modelyard.data.frames import SplitName, Table
from modelyard.models.target import as_text, class_names

if TYPE_CHECKING:
    import polars as pl

FEW_ROWS = 100
"""Below this the 95 % interval of a share of one half is wider than ±10 points."""
FEW_OF_A_CLASS = 10
MAX_NAMED = 5


def limits(prepared: Table, *, task: Task, split: SplitName) -> list[str]:
    """Return the limits of scores on the rows of `split`; `prepared` holds all rows with their split."""
    return [
        *_of_split(prepared, split),
        *_of_rows(prepared, task, split),
        *_of_splitting(prepared.schema, split),
    ]


def _of_split(prepared: Table, split: SplitName) -> Iterator[str]:
    if split == "train":
        yield "It was scored on the rows it learned from, so its scores say nothing about new rows."
    elif split == "validation":
        yield "There are no test rows: it was scored on validation rows, which may have been used to choose it."


def _of_rows(prepared: Table, task: Task, split: SplitName) -> Iterator[str]:
    if prepared.schema.target is None:
        yield "Clusters have no right answer to compare with: the scores say how tight they are, not what they mean."
        return
    target = prepared.rows(split).target()
    n_known = target.drop_nulls().len()
    if n_known < len(target):
        yield f"{len(target) - n_known:,} {split} rows have no target and were not scored."
    if 0 < n_known < FEW_ROWS:
        yield f"Only {n_known} {split} rows were scored: mind the intervals, not the values."
    if task == "classification":
        yield from _of_classes(prepared.rows("train").target(), target, split)


def _of_classes(learned: "pl.Series", scored: "pl.Series", split: SplitName) -> Iterator[str]:
    counts = dict(as_text(scored).drop_nulls().value_counts(name="n").iter_rows())
    known = class_names(as_text(learned))
    absent = [name for name in known if name not in counts]
    if absent:
        yield f"No {split} row is of {_named(absent)}: how well {_it(absent)} found is not known."
    few = [name for name in known if 0 < counts.get(name, 0) < FEW_OF_A_CLASS]
    if few:
        yield f"Fewer than {FEW_OF_A_CLASS} {split} rows are of {_named(few)}: their scores may be chance."
    unseen = [name for name in counts if name not in known]
    if unseen:
        yield f"{_named(unseen)} came only after training: the model never predicts {_them(unseen)}."


def _of_splitting(schema: Schema, split: SplitName) -> Iterator[str]:
    splitting = schema.splitting
    if split == "train" or splitting is None:
        return
    if splitting.method == "time":
        yield f"Scored on the latest rows by {splitting.column!r}: it says how the model does soon after training."
    elif splitting.method == "group":
        yield f"Scored on values of {splitting.column!r} that training had not seen."
    else:
        yield "Scored on rows drawn at random from the same dataset: rows of another time or place may be harder."


def _named(names: list[str]) -> str:
    named = ", ".join(map(repr, names[:MAX_NAMED]))
    return f"{named} and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else named


def _them(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _it(names: list[str]) -> str:
    return "it is" if len(names) == 1 else "they are"
