"""Rows of a file through a model, a chunk at a time; rows that cannot be predicted are told and stop no others."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import Invalid
from modelyard.models.chain import Chain
from modelyard.models.engine import Prediction
from modelyard.predictions.batches.checking import NO_CELL, RAGGED, Plan, is_blank
from modelyard.predictions.batches.rows import FileRows

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FIRST_CHUNK_ROWS = 2000
MAX_CHUNK_ROWS = 20_000
MIN_CHUNK_ROWS = 64
CHUNK_BYTES = 24 * 1024**2
"""Of the matrix that the engine is given; there are a few copies of it while it predicts."""
CHUNK_TEXT_BYTES = 16 * 1024**2
CHUNK_SECONDS = 1.5
"""A slow model is given fewer rows at once, so that progress is seen."""
MAX_LABEL_LENGTH = 200
MAX_WARNINGS = 20
"""Each chunk may have other values to tell of."""


@dataclass(frozen=True)
class Predicted:
    """Some rows with what became of them.

    `inputs`: the typed inputs, where a cell could not be taken it is null. `errors`: per row null, or the file's
    columns with what is wrong there, as a JSON list of pairs. `file_values`: all cells of such a row, as a JSON list.
    """

    numbers: "pl.Series"
    inputs: "pl.DataFrame"
    labels: "pl.Series | None"
    prediction: Prediction | None
    """Of the rows without an error, in their order; None when there are none."""
    errors: "pl.Series"
    file_values: "pl.Series"
    written: "pl.DataFrame"
    """The inputs as they were written, of the rows with an error."""

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.numbers)

    @property
    def n_failed(self) -> int:
        """How many of them have an error."""
        return self.n_rows - self.errors.null_count()


@dataclass
class Predictor:
    """A model with a plan; `warnings` are the sentences that came up so far, each once."""

    chain: Chain
    plan: Plan
    label_column: str | None = None
    warnings: dict[str, None] = field(default_factory=dict)

    def predict(self, rows: FileRows, first: int = 0) -> Iterator[Predicted]:
        """Yield all rows from place `first` on, in as large chunks as are quick and small enough."""
        n_columns = 1 if self.chain.is_sparse else max(len(self.chain.fitted.features), 1)
        widest = max(MIN_CHUNK_ROWS, min(MAX_CHUNK_ROWS, CHUNK_BYTES // (8 * n_columns)))
        n_chunk = min(FIRST_CHUNK_ROWS, widest)
        for begin, group in rows.groups(first):
            done = 0
            n_text = max(MIN_CHUNK_ROWS, CHUNK_TEXT_BYTES * group.height // max(int(group.estimated_size()), 1))
            while done < group.height:
                frame = group.slice(done, min(n_chunk, n_text))
                started = time.perf_counter()
                yield self._chunk(rows.numbers(begin + done, frame.height), frame)
                done += frame.height
                rate = frame.height / max(time.perf_counter() - started, 1e-6)
                n_chunk = int(max(MIN_CHUNK_ROWS, min(widest, rate * CHUNK_SECONDS, 4 * n_chunk)))
        if rows.ragged:
            yield self._ragged(rows, max(first - rows.n_whole, 0))

    def _chunk(self, numbers: "pl.Series", frame: "pl.DataFrame") -> Predicted:
        import polars as pl

        cells = self.plan.cells(frame)
        inputs = pl.DataFrame([each.values for _, each in cells])
        reasons: dict[int, list[tuple[str | None, str]]] = {}
        for column, each in cells:
            for place in each.reasons.is_not_null().arg_true():
                reasons.setdefault(place, []).append((column, each.reasons[place]))
        for place in is_blank(cells).arg_true() if cells else ():
            reasons.setdefault(place, []).append((None, NO_CELL))
        prediction = self._predicted(inputs, [place for place in range(frame.height) if place not in reasons], reasons)
        return self._with_errors(numbers, frame, inputs, prediction, reasons)

    def _predicted(
        self, inputs: "pl.DataFrame", places: list[int], reasons: dict[int, list[tuple[str | None, str]]]
    ) -> Prediction | None:
        """Predict rows; where the model refuses some, find them by halves and add what it says to `reasons`."""
        if not places:
            return None
        chosen = inputs if len(places) == inputs.height else inputs[places]
        try:
            answer = self.chain.predict(chosen)
        except Invalid as error:
            if len(places) == 1:
                told = error.fields[0].message if error.fields else error.message
                reasons[places[0]] = [(None, told.rstrip("."))]
                return None
            middle = len(places) // 2
            return _joined(
                self._predicted(inputs, places[:middle], reasons), self._predicted(inputs, places[middle:], reasons)
            )
        self.warnings.update(dict.fromkeys(answer.warnings[: MAX_WARNINGS - len(self.warnings)]))
        return answer.prediction

    def _with_errors(
        self,
        numbers: "pl.Series",
        frame: "pl.DataFrame",
        inputs: "pl.DataFrame",
        prediction: Prediction | None,
        reasons: dict[int, list[tuple[str | None, str]]],
    ) -> Predicted:
        import polars as pl

        errors: list[str | None] = [None] * frame.height
        values: list[str | None] = [None] * frame.height
        places = sorted(reasons)
        bad = frame[places] if places else frame.clear()
        for place, row in zip(places, bad.iter_rows(), strict=True):
            errors[place] = json.dumps(reasons[place], ensure_ascii=False)
            values[place] = json.dumps(row, ensure_ascii=False, default=str)
        return Predicted(
            numbers=numbers,
            inputs=inputs,
            labels=self._labels(frame),
            prediction=prediction,
            errors=pl.Series("errors", errors, dtype=pl.String),
            file_values=pl.Series("file_values", values, dtype=pl.String),
            written=self._written(bad),
        )

    def _labels(self, frame: "pl.DataFrame") -> "pl.Series | None":
        import polars as pl

        if self.label_column is None:
            return None
        text = frame.get_column(self.label_column).cast(pl.String, strict=False).str.strip_chars()
        return text.set(text == "", None).str.slice(0, MAX_LABEL_LENGTH)

    def _written(self, bad: "pl.DataFrame") -> "pl.DataFrame":
        import polars as pl

        taken = [(item.name, self.plan.mapping.get(item.name)) for item in self.plan.signature.inputs]
        return pl.DataFrame(
            [
                (bad.get_column(column) if column else pl.Series([None] * bad.height))
                .cast(pl.String, strict=False)
                .alias(name)
                for name, column in taken
            ]
        )

    def _ragged(self, rows: FileRows, first: int) -> Predicted:
        """Return the rows of another width, none of which is predicted."""
        import polars as pl

        left = rows.ragged[first:]
        names = [item.name for item in self.plan.signature.inputs]
        nothing = pl.DataFrame({name: pl.Series([None] * len(left), dtype=pl.String) for name in names})
        error = json.dumps([(None, RAGGED)])
        return Predicted(
            numbers=pl.Series("row", [row.row for row in left], dtype=pl.Int64),
            inputs=nothing,
            labels=pl.Series("label", [None] * len(left), dtype=pl.String) if self.label_column is not None else None,
            prediction=None,
            errors=pl.Series("errors", [error] * len(left), dtype=pl.String),
            file_values=pl.Series("file_values", [json.dumps([row.text]) for row in left], dtype=pl.String),
            written=nothing,
        )


def _joined(first: Prediction | None, second: Prediction | None) -> Prediction | None:
    import numpy as np

    if first is None or second is None:
        return first or second
    return Prediction(
        values=np.concatenate([first.values, second.values]),
        probabilities=_stacked(first.probabilities, second.probabilities),
        classes=first.classes,
    )


def _stacked(first: "np.ndarray[Any, Any] | None", second: "np.ndarray[Any, Any] | None") -> Any:
    import numpy as np

    return None if first is None or second is None else np.concatenate([first, second])
