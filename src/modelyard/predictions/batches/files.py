"""A file of rows to a file of predictions, without a server: one output row per input row, in order, streamed."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from modelyard.data.table_writing.formulas import harmless
from modelyard.data.table_writing.write import TableFormat, write_table
from modelyard.kernel.artifacts import storage_errors
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.settings import Settings
from modelyard.models.chain import Chain
from modelyard.models.signature import Signature
from modelyard.predictions.batches.checking import Check, Plan, check
from modelyard.predictions.batches.error_lines import error_line
from modelyard.predictions.batches.mapping import suggested, unmapped
from modelyard.predictions.batches.predicting import Predicted, Predictor
from modelyard.predictions.batches.reading import described, take_in
from modelyard.predictions.batches.rows import FileRows

if TYPE_CHECKING:
    import polars as pl

_READ = 0.4
_CHECKED = 0.5


@dataclass(frozen=True)
class Done:
    """How many rows there were, how many could not be predicted, and sentences worth knowing."""

    n_rows: int
    n_failed: int
    warnings: tuple[str, ...]


@dataclass
class FilePrediction:
    """One file through a model. `columns`: the file's column for some inputs; others are found by their names."""

    chain: Chain
    settings: Settings
    columns: Mapping[str, str] = field(default_factory=dict)
    neutralise: bool = True
    report: Callable[[float, str], None] = lambda _fraction, _message: None

    def run(self, source: Path, out: Path | IO[bytes], format: TableFormat, errors: Path | None = None) -> Done:  # noqa: A002
        """Predict the rows of `source`; files that are paths are written whole or not at all.

        Raises Invalid when an input is found in no column, or no row can be predicted.
        """
        self.settings.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.settings.scratch) as folder:
            surroundings = _Surroundings(self.settings, Path(folder), self.report)
            target = Path(folder) / "rows.parquet"
            taken = take_in(
                source, target, filename=source.name, signature=self.chain.signature, header="auto",
                ctx=surroundings, batch="",
            )  # fmt: skip
            with FileRows(target, taken.ragged) as rows, storage_errors():
                return self._predict(rows, out, format, errors, Path(folder), taken.notes)

    def _predict(
        self,
        rows: FileRows,
        out: Path | IO[bytes],
        format: TableFormat,  # noqa: A002
        errors: Path | None,
        folder: Path,
        notes: list[str],
    ) -> Done:
        mapping, said = self._mapping(rows)
        self.report(_READ, "Checking every row")
        found = check(rows, self.chain.signature, mapping)
        if found.n_bad == found.n_rows:
            raise _no_row(found)
        predictor = Predictor(self.chain, Plan(self.chain.signature, mapping, found.forms, found.decimals))
        with _whole(errors) as error_file, _whole(out) as file:
            told = _Errors(error_file, rows.columns) if error_file is not None else None
            frames = self._frames(predictor, rows, told)
            written = write_table(frames, format, file or io.BytesIO(), neutralise=self.neutralise, folder=folder)
        warnings = dict.fromkeys([*notes, *said, *found.warnings, *predictor.warnings, *written.notes])
        return Done(rows.n_rows, self._n_failed, tuple(warnings))

    def _mapping(self, rows: FileRows) -> tuple[dict[str, str | None], list[str]]:
        signature = self.chain.signature
        _, lengths = described(rows)
        mapping = {**suggested(signature, lengths), **self.columns}
        _require_known(signature, self.columns, rows.columns)
        if absent := unmapped(signature, mapping):
            names = ", ".join(repr(item.name) for item in absent[:5])
            there = ", ".join(rows.columns[:20])
            raise Invalid(
                f"The column {names} is missing." if len(absent) == 1 else f"Columns are missing: {names}.",
                hint=f"The file has: {there}. Say with --map INPUT=COLUMN which column an input is read from.",
                fields=[FieldError((item.name,), f"The column {item.name!r} is missing.") for item in absent],
            )
        said = [f"{name!r} is read from the column {column!r}." for name, column in mapping.items() if name != column]
        return mapping, said

    def _frames(self, predictor: Predictor, rows: FileRows, errors: "_Errors | None") -> "Iterator[pl.DataFrame]":
        """Yield the outputs in the order of the rows; those that did not fit into the table are put between."""
        self._n_failed, n_done = 0, 0
        left = [row.row for row in rows.ragged]
        for found in predictor.predict(rows):
            self._n_failed += found.n_failed
            n_done += found.n_rows
            if errors is not None:
                errors.write(found)
            self.report(_CHECKED + (1 - _CHECKED) * n_done / rows.n_rows, f"{n_done:,} of {rows.n_rows:,} rows")
            if n_done > rows.n_whole:
                continue  # rows of another width: they are put between the others
            frame = _outputs(found, self.chain)
            last = found.numbers[-1] if n_done < rows.n_whole else rows.n_rows
            between = [row for row in left if row < last or n_done == rows.n_whole]
            left = left[len(between) :]
            yield _merged(frame, found.numbers, between) if between else frame


@dataclass
class _Surroundings:
    """Where a file is read, outside of any run."""

    settings: Settings
    scratch: Path
    report: Callable[[float, str], None]

    def step(self, message: str, fraction: float) -> None:
        """Pass the progress on."""
        self.report(fraction * _READ, message)


class _Errors:
    """The rows that could not be predicted, as CSV."""

    def __init__(self, file: IO[bytes], columns: list[str]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(["row", "column", "reason", *map(harmless, columns)])

    def write(self, found: Predicted) -> None:
        """Add the rows with an error."""
        if not found.n_failed:
            return
        rows = zip(found.numbers, found.errors, found.file_values, strict=True)
        for row, reasons, values in sorted((r, e, v) for r, e, v in rows if e is not None):
            self._writer.writerow(error_line(row, json.loads(reasons), json.loads(values)))


def _header(chain: Chain) -> list[str]:
    classes = chain.fitted.classes if chain.fitted.task == "classification" else None
    return ["prediction", *(f"probability_{name}" for name in classes or ())]


def _outputs(found: Predicted, chain: Chain) -> "pl.DataFrame":
    """Return `prediction`, and for classes `probability_<class>` of each; empty where a row could not be predicted."""
    import polars as pl

    names = _header(chain)
    prediction, good = found.prediction, found.errors.is_null()
    is_text = (chain.fitted.classes is not None) or (prediction is not None and prediction.classes is not None)
    dtypes = {name: pl.String if is_text and name == "prediction" else pl.Float64 for name in names}
    if prediction is None:
        return pl.DataFrame({name: pl.Series([None] * found.n_rows, dtype=dtype) for name, dtype in dtypes.items()})
    values = [str(value) for value in prediction.values.tolist()] if is_text else prediction.values.tolist()
    columns = {"prediction": values}
    if prediction.probabilities is not None:
        columns |= {name: prediction.probabilities[:, place].tolist() for place, name in enumerate(names[1:])}
    made = pl.DataFrame(columns, schema=dtypes)
    if not found.n_failed:
        return made
    places = (good.cast(pl.Int64).cum_sum() - 1).set(~good, None)
    return made.with_row_index("place").join(
        pl.DataFrame({"place": places.cast(pl.UInt32)}), on="place", how="right", maintain_order="right"
    ).select(names)  # fmt: skip


def _merged(frame: "pl.DataFrame", numbers: "pl.Series", between: list[int]) -> "pl.DataFrame":
    import polars as pl

    numbered = frame.with_columns(numbers.alias("modelyard_row"))
    empty = pl.DataFrame({"modelyard_row": pl.Series(between, dtype=pl.Int64)})
    return pl.concat([numbered, empty], how="diagonal").sort("modelyard_row").drop("modelyard_row")


def _require_known(signature: Signature, given: Mapping[str, str], columns: list[str]) -> None:
    inputs = {item.name for item in signature.inputs}
    for name, column in given.items():
        if name not in inputs:
            raise Invalid(f"The model has no input {name!r}.", hint=f"It takes: {', '.join(sorted(inputs)[:20])}.")
        if column not in columns:
            raise Invalid(f"The file has no column {column!r}.", hint=f"It has: {', '.join(columns[:20])}.")


def _no_row(found: Check) -> Invalid:
    told = [f"{reason.column!r} {reason.reason}" if reason.column else reason.reason for reason in found.reasons[:3]]
    hint = "Correct the file, or say with --map INPUT=COLUMN which column an input is read from."
    return Invalid(f"No row can be predicted: {'; '.join(told)}.", hint=hint)


@contextmanager
def _whole(out: Path | IO[bytes] | None) -> Iterator[IO[bytes] | None]:
    """Yield a new file beside `out` that takes its place when all went well; what is open already is passed on."""
    if not isinstance(out, Path):
        yield out
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
