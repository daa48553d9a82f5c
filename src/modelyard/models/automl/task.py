"""What a race learns: the rows with the columns that are used, their folds, and the files that say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.models.automl.candidate import write_rows
from modelyard.models.automl.facts import Facts, facts_of
from modelyard.models.folds import Fold
from modelyard.models.members import ordered_folds
from modelyard.models.preparation import usable
from modelyard.models.target import training_target, without_nan

if TYPE_CHECKING:
    import numpy as np

SMALL_ROWS, LARGE_ROWS = 2000, 100_000


@dataclass(frozen=True)
class Task:
    """Training rows with a target; `actual` holds the target of each fold's rows, class positions or numbers."""

    rows: Table
    folds: Sequence[Fold]
    actual: "Sequence[np.ndarray[Any, Any]]"
    facts: Facts
    classes: tuple[str, ...] | None
    files: Mapping[str, Path]
    notes: tuple[str, ...] = ()


def task_of(prepared: Table, raw: Table, folder: Path, *, n_folds: int | None, seed: int) -> Task:
    """Return the task of the training rows; raise Invalid when nothing can be learned from them.

    `raw` holds the same rows as they left the dataset, whose groups and times decide which rows stay together.
    """
    target = training_target(prepared)
    present = without_nan(prepared.target()).is_not_null()
    raw = raw if present.all() else Table(raw.frame.filter(present), raw.schema)
    schema = usable(prepared.schema)
    rows = Table(target.table.frame.select(schema.names), schema)
    if not schema.features:
        raise Invalid("No column is left to learn from: all are identifiers, constant or the target.")
    parts = _folds(target.table, raw, n_folds=n_folds, seed=seed)
    files = write_rows(rows, [(part.train, part.valid) for part in parts], folder)
    actual = [target.values[part.valid] for part in parts]
    return Task(rows, parts, actual, facts_of(rows), target.classes, files, target.notes)


def _folds(rows: Table, raw: Table, *, n_folds: int | None, seed: int) -> list[Fold]:
    """Return the folds, the one to look at first in front; fewer when the rows do not allow as many."""
    n_wanted = n_folds or (8 if rows.n_rows < SMALL_ROWS else 5 if rows.n_rows < LARGE_ROWS else 10)
    for n in range(min(n_wanted, rows.n_rows), 1, -1):
        try:
            return ordered_folds(rows, raw, n_folds=n, seed=seed)
        except Invalid:
            continue
    raise Invalid(f"{rows.n_rows} rows are too few to compare anything on.", hint="Use a dataset with more rows.")
