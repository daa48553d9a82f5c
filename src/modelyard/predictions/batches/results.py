"""The results of a batch: one SQLite file that is paged, searched, sorted and counted without loading it."""

import json
import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from modelyard.data.columns import ColumnKind, Dtype
from modelyard.data.storage import local_copy
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, NotFound
from modelyard.predictions.batches.filters import RowFilters, Where, order, where
from modelyard.predictions.batches.ownership import find_batch, to_look
from modelyard.predictions.batches.tallies import Tally, tallied_by, tallies

if TYPE_CHECKING:
    import polars as pl

STREAM_ROWS = 5000
_ALL = RowFilters()
_COLUMNS = "r.row, r.class, r.number, r.confidence, r.is_sure, r.label, c.inputs, c.probabilities, c.error"
_MAX_TOTALS = 256
_totals: "OrderedDict[tuple[Any, ...], int]" = OrderedDict()
"""How many rows some filters let through: the files never change, and counting reads all of one."""


@dataclass(frozen=True)
class ResultColumn:
    """One input of the model, as the results hold it; `kind` is None in results of before it was kept."""

    name: str
    dtype: Dtype
    kind: ColumnKind | None = None

    @property
    def is_text(self) -> bool:
        """Whether it holds sentences, not names of categories."""
        return self.dtype == "string" and self.kind in ("text", None)


@dataclass(frozen=True)
class ResultRow:
    """One row; `row` counts from 1 as in the file. What could not be predicted has an `error` and no prediction.

    The inputs of such a row are texts as they were written.
    """

    row: int
    inputs: dict[str, Any]
    label: str | None
    prediction: str | float | None
    confidence: float | None
    probabilities: dict[str, float] | None
    is_sure: bool | None
    error: str | None


@dataclass(frozen=True)
class RowError:
    """A row that could not be predicted: the file's columns with what is wrong there, and all its cells as written."""

    row: int
    reasons: list[tuple[str | None, str]]
    values: list[Any]


@contextmanager
def open_results(ctx: Context, batch_id: str) -> "Iterator[Results]":
    """Yield the results of a batch; raise Conflict when there are none yet."""
    ctx.require(to_look(ctx))
    batch = find_batch(ctx, batch_id)
    if batch.results_hash is None:
        raise Conflict(f"{batch.name!r} has no results yet.", hint="Start it, and wait for its run to end.")
    path = local_copy(ctx.artifacts, ctx.settings, batch.results_hash)
    with Results(path, label=batch.label) as results:
        yield results


class Results:
    """An open file of results; `label` is what rows have that got none from a column of the file."""

    def __init__(self, path: Path, *, label: str | None = None) -> None:
        self._path, self._label = path, label
        # A path with a question mark or a percent sign must not be taken for part of the address.
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        facts = {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM facts")}
        self.columns = tuple(ResultColumn(**column) for column in facts["columns"])
        self.classes: tuple[str, ...] | None = tuple(facts["classes"]) if facts["classes"] is not None else None
        """In the order of the probabilities; None when numbers are predicted."""
        self.has_probabilities: bool = facts["has_probabilities"]
        self.n_rows: int = facts["n_rows"]
        self.file_columns: tuple[str, ...] = tuple(facts["file_columns"])
        """All columns of the file, which is what the values of `errors` are of."""
        self._has_texts: bool = facts["has_texts"]
        self._labels = dict(self._db.execute("SELECT code, name FROM labels"))
        self._classes = dict(self._db.execute("SELECT code, name FROM classes"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @property
    def identity(self) -> tuple[str, str | None]:
        """What the answers depend on: the bytes of the file, and the label of its rows."""
        return self._path.name, self._label

    def rows(self, filters: RowFilters = _ALL, offset: int = 0, limit: int = 100) -> tuple[int, list[ResultRow]]:
        """Return how many rows the filters let through, and a page of them."""
        chosen = self._where(filters)
        total = self._total(chosen)
        if not chosen.conditions and filters.sort == "row":
            # Rows count from 1 without a gap, so that a page far down need not step over those before it.
            first = self.n_rows - offset if filters.descending else offset + 1
            chosen = Where("rows r", ("r.row <= ?" if filters.descending else "r.row >= ?",), (first,))
            offset = 0
        query = f"SELECT r.row {chosen.sql} {self._order(filters)} LIMIT ? OFFSET ?"
        numbers = [number for (number,) in self._db.execute(query, (*chosen.parameters, limit, offset))]
        found = {item.row: item for item in self._of(numbers)}
        return total, [found[number] for number in numbers]

    def row(self, number: int) -> ResultRow:
        """Return one row; raise NotFound."""
        found = self._of([number])
        if not found:
            raise NotFound(f"There is no row {number:,} in this batch; it has {self.n_rows:,}.")
        return found[0]

    def stream(self, filters: RowFilters = _ALL, chunk: int = STREAM_ROWS) -> "Iterator[pl.DataFrame]":
        """Yield the rows, `chunk` at a time, as frames.

        Columns: `row`, the inputs, `label`, `prediction`, `confidence`, one `probability_<class>` each, `is_sure`.
        An input that is called like one of the others has a `_` behind its name. Of a row that could not be predicted,
        inputs of another type than the model's are empty.
        """
        from modelyard.predictions.batches.frames import result_frame

        chosen = self._where(filters)
        joined = Where(f"{chosen.tables} JOIN cells c ON c.row = r.row", chosen.conditions, chosen.parameters)
        cursor = self._db.execute(f"SELECT {_COLUMNS} {joined.sql} {self._order(filters)}", joined.parameters)
        while rows := cursor.fetchmany(chunk):
            yield result_frame(self, rows, self._classes, {None: self._label, **self._labels})

    def counts(self, by: Literal["label"] | None = None) -> dict[str, Any]:
        """Return rows per predicted class; or, by label, per label ('' for none) and class. Failed rows are left out.

        Where numbers are predicted there are no classes, and all rows of a label are counted as ''.
        """
        query = "SELECT label, class, count(*) FROM rows WHERE NOT is_failed GROUP BY label, class"
        found: dict[str, dict[str, int]] = {}
        for label, code, n_rows in self._db.execute(query):
            name = (self._labels[label] if label is not None else self._label) or ""
            of_label = found.setdefault(name if by == "label" else "", {})
            class_name = self._classes.get(code, "")
            of_label[class_name] = of_label.get(class_name, 0) + n_rows
        return dict(found) if by == "label" else found.get("", {})

    def tallies(self) -> dict[str, Tally]:
        """Return counts and sums of the predicted rows of each label ('' for none)."""
        by_code = tallies(self._db, self._class_of)
        found: dict[str, Tally] = {}
        for code, tally in by_code.items():
            name = (self._labels[code] if code is not None else self._label) or ""
            found.setdefault(name, Tally()).join(tally)
        return found

    def tallied_by(self, group_of: Callable[[int], str | None]) -> dict[str, Tally]:
        """Return counts and sums of the predicted rows of each group; `group_of` takes the row's number."""
        outcomes = self._db.execute("SELECT row, class, number, confidence FROM rows WHERE NOT is_failed")
        return dict(tallied_by(outcomes, group_of, self._class_of))

    def _class_of(self, code: int | None) -> str | None:
        return self._classes[code] if code is not None else None

    def labels(self) -> list[str]:
        """Return the labels there are."""
        return sorted({*self._labels.values(), *([self._label] if self._label else [])})

    def errors(self) -> Iterator[RowError]:
        """Yield the rows that could not be predicted, in order."""
        for row, reasons, values in self._db.execute("SELECT row, reasons, file_values FROM errors ORDER BY row"):
            yield RowError(row, [(column, reason) for column, reason in json.loads(reasons)], json.loads(values))

    def _where(self, filters: RowFilters) -> Where:
        return where(filters, label=self._label, has_texts=self._has_texts)

    def _order(self, filters: RowFilters) -> str:
        return order(filters, has_classes=self.classes is not None)

    def _total(self, chosen: Where) -> int:
        if not chosen.conditions:
            return self.n_rows
        key = (self._path, self._label, chosen)
        if key not in _totals:
            count: int = self._db.execute(f"SELECT count(*) {chosen.sql}", chosen.parameters).fetchone()[0]
            _totals[key] = count
            while len(_totals) > _MAX_TOTALS:
                _totals.popitem(last=False)
        return _totals[key]

    def _of(self, numbers: list[int]) -> list[ResultRow]:
        wanted = "r.row IN (SELECT value FROM json_each(?))"
        query = f"SELECT {_COLUMNS} FROM rows r JOIN cells c ON c.row = r.row WHERE {wanted}"  # noqa: S608
        return [self._row(values) for values in self._db.execute(query, (json.dumps(numbers),))]

    def _row(self, values: tuple[Any, ...]) -> ResultRow:
        row, code, number, confidence, is_sure, label, inputs, probabilities, error = values
        cells = json.loads(inputs)
        return ResultRow(
            row=row,
            inputs={column.name: cells.get(str(place)) for place, column in enumerate(self.columns)},
            label=self._labels[label] if label is not None else self._label,
            prediction=self._classes[code] if code is not None else number,
            confidence=confidence,
            probabilities=self._probabilities(probabilities),
            is_sure=None if is_sure is None else bool(is_sure),
            error=error,
        )

    def _probabilities(self, packed: bytes | None) -> dict[str, float] | None:
        if packed is None or self.classes is None:
            return None
        return dict(zip(self.classes, array("d", packed), strict=True))
