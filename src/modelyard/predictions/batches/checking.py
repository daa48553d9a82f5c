"""What every row of a file is found to be before anything is predicted: how many rows will fail, where and why."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel

from modelyard.models.signature import Signature, SignatureInput
from modelyard.predictions.batches.cells import Cells, FormFinder, convert, empty
from modelyard.predictions.batches.mapping import unmapped
from modelyard.predictions.batches.rows import FileRows

if TYPE_CHECKING:
    import polars as pl

NAMED_ROWS = 10
NAMED_VALUES = 3
NO_CELL = "every cell that the model reads is empty"
RAGGED = "another number of cells than the header has; a delimiter inside a value needs quotes"
NO_COLUMN = "is read from no column of the file; choose one"


class Reason(BaseModel):
    """One thing that is wrong in some rows; `column` is the file's, None when it is about whole rows."""

    column: str | None
    reason: str
    n_rows: int = 0
    rows: list[int] = []


class Check(BaseModel):
    """What was found.

    `forms` is how the texts of each input are written (cells.FormFinder), `decimals` are whole-number inputs that are
    not whole in some row.
    """

    n_rows: int
    n_bad: int
    reasons: list[Reason]
    warnings: list[str]
    forms: dict[str, str] = {}
    decimals: list[str] = []


@dataclass(frozen=True)
class Plan:
    """How rows of the file become rows of the model."""

    signature: Signature
    mapping: Mapping[str, str | None]
    forms: Mapping[str, str] = field(default_factory=dict)
    decimals: Sequence[str] = ()

    def cells(self, frame: "pl.DataFrame") -> list[tuple[str, Cells]]:
        """Return the cells of each input with the name that a person knows them by: the file's column."""
        found = []
        for item in self.signature.inputs:
            column = self.mapping.get(item.name)
            made = empty(item, frame.height) if column is None else self._converted(frame, item, column)
            found.append((column or item.name, made))
        return found

    def _converted(self, frame: "pl.DataFrame", item: SignatureInput, column: str) -> Cells:
        made = convert(frame.get_column(column), item, self.forms.get(item.name))
        return made.as_decimals() if item.name in self.decimals else made


def is_blank(cells: Sequence[tuple[str, Cells]]) -> "pl.Series":
    """Say of each row whether all its inputs are empty."""
    import polars as pl

    blank = cells[0][1].values.is_null() & cells[0][1].reasons.is_null()
    for _, each in cells[1:]:
        blank &= each.values.is_null() & each.reasons.is_null()
    return blank if blank.dtype == pl.Boolean else blank.cast(pl.Boolean)


def check(
    rows: FileRows, signature: Signature, mapping: Mapping[str, str | None], label_column: str | None = None
) -> Check:
    """Look at every row without stopping at the first problem; `label_column` is of use beside the inputs."""
    finder = FormFinder(signature.inputs, mapping)
    for _, frame in rows.groups():
        finder.look(frame)
    forms = finder.forms()
    plan = Plan(signature, mapping, forms)
    tally = _Tally(plan)
    for first, frame in rows.groups():
        tally.take(rows.numbers(first, frame.height), frame)
    tally.ragged([row.row for row in rows.ragged])
    return Check(
        n_rows=rows.n_rows,
        n_bad=tally.n_bad,
        reasons=sorted(tally.reasons.values(), key=lambda reason: -reason.n_rows),
        warnings=[
            *_left_empty(signature, mapping),
            *_unused(rows, {*mapping.values(), label_column}),
            *tally.warnings(),
        ],
        forms=forms,
        decimals=sorted(tally.decimals),
    )


class _Tally:
    """Counts what is wrong, frame by frame."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.n_bad = 0
        self.reasons: dict[tuple[str | None, str], Reason] = {}
        self.decimals: set[str] = set()
        self._unseen: dict[str, dict[str, int]] = {}

    def take(self, numbers: "pl.Series", frame: "pl.DataFrame") -> None:
        """Take the next rows into account."""
        cells = self._plan.cells(frame)
        if not cells:
            return
        blank = is_blank(cells)
        bad = blank.clone()
        for (column, each), item in zip(cells, self._plan.signature.inputs, strict=True):
            wrong = each.reasons.is_not_null()
            bad |= wrong
            if wrong.any():
                self._note(column, item, numbers.filter(wrong), each.reasons.filter(wrong))
            if item.dtype == "integer" and each.values.dtype.is_float():
                self.decimals.add(item.name)
            self._note_unseen(item, each.values)
        self._count(None, NO_CELL, numbers.filter(blank))
        self.n_bad += int(bad.sum())

    def _note(self, column: str, item: SignatureInput, numbers: "pl.Series", reasons: "pl.Series") -> None:
        for reason in reasons.unique(maintain_order=True):
            said = NO_COLUMN if self._plan.mapping.get(item.name) is None else reason
            self._count(column, said, numbers.filter(reasons == reason))

    def ragged(self, numbers: Sequence[int]) -> None:
        """Take the rows into account that have another width."""
        import polars as pl

        self._count(None, RAGGED, pl.Series(numbers, dtype=pl.Int64))
        self.n_bad += len(numbers)

    def _count(self, column: str | None, reason: str, numbers: "pl.Series") -> None:
        if numbers.is_empty():
            return
        known = self.reasons.setdefault((column, reason), Reason(column=column, reason=reason))
        known.n_rows += len(numbers)
        known.rows += numbers.head(NAMED_ROWS - len(known.rows)).to_list()

    def _note_unseen(self, item: SignatureInput, values: "pl.Series") -> None:
        import polars as pl

        if not item.categories:
            return
        texts = values.cast(pl.String)
        texts = texts.str.to_lowercase() if item.dtype == "boolean" else texts
        new = texts.filter(texts.is_not_null() & ~texts.is_in(list(item.categories)))
        if new.is_empty():
            return
        known = self._unseen.setdefault(item.name, {})
        for value, n_rows in new.value_counts(sort=True, name="n").head(50).iter_rows():
            known[value] = known.get(value, 0) + n_rows

    def warnings(self) -> list[str]:
        """Return a sentence for each input with values that the model never saw."""
        return [
            f"{name!r}: {', '.join(f'{value[:60]!r} ({n:,})' for value, n in list(counts.items())[:NAMED_VALUES])}"
            f"{' …' if len(counts) > NAMED_VALUES else ''} not seen in training; treated as unknown."
            for name, counts in self._unseen.items()
        ]


def _left_empty(signature: Signature, mapping: Mapping[str, str | None]) -> list[str]:
    names = [repr(item.name) for item in unmapped(signature, mapping) if not item.required]
    return [f"Read from no column of the file, and so taken as empty: {', '.join(names)}."] if names else []


def _unused(rows: FileRows, used: Set[str | None]) -> list[str]:
    names = [repr(name) for name in rows.columns if name not in used]
    more = " …" if len(names) > 5 else ""
    return [f"Columns that the model does not read: {', '.join(names[:5])}{more}."] if names else []
