"""Shapes of batches in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.previews import EXACT_IN_BROWSERS, MAX_CELL_LENGTH
from modelyard.predictions.batches.progress import progress_of
from modelyard.predictions.batches.results import ResultRow
from modelyard.predictions.batches.tables import Batch, BatchState
from modelyard.runs.tables import Run

Name = Annotated[str, Field(min_length=1, max_length=200)]
Label = Annotated[str, Field(max_length=200)]


class FileColumnOut(BaseModel):
    """One column of the file, with the first values that are not empty."""

    name: str
    dtype: str
    examples: list[str]


class RowReasonOut(BaseModel):
    """One thing that is wrong in some rows; `column` is the file's, None when it is about whole rows."""

    column: str | None
    reason: str
    n_rows: int
    rows: list[int]
    """Numbers of the first such rows; the first row below the header is 1."""


class CheckOut(BaseModel):
    """What every row was found to be, before anything is predicted."""

    n_rows: int
    n_bad: int
    reasons: list[RowReasonOut]
    warnings: list[str]


class HistogramOut(BaseModel):
    """How many values lie between neighbouring edges."""

    edges: list[float]
    counts: list[int]


class NumbersOut(BaseModel):
    """Predicted numbers."""

    mean: float
    min: float
    max: float
    histogram: HistogramOut


class BatchErrorOut(BaseModel):
    """Why a batch ended early, and what to do."""

    message: str
    hint: str | None = None


class BatchOut(BaseModel):
    """One batch: the file, its check, how far it is, and a summary of what was predicted."""

    id: str
    endpoint_id: str
    endpoint_name: str
    name: str
    filename: str
    label: str | None
    label_column: str | None
    version: int | None
    state: BatchState
    run_id: str | None
    columns: list[FileColumnOut]
    mapping: dict[str, str | None]
    check: CheckOut | None
    n_rows: int | None
    n_done: int
    n_failed: int
    rows_per_second: float | None
    seconds_left: float | None
    counts: dict[str, int] | None
    numbers: NumbersOut | None
    n_unsure: int | None
    not_sure_below: float | None
    signature: dict[str, Any]
    error: BatchErrorOut | None
    warnings: list[str]
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime
    is_reopened: bool = False

    @classmethod
    def of(cls, batch: Batch, run: Run | None, *, expires_at: datetime, is_reopened: bool = False) -> "BatchOut":
        """Return the answer for a row and the run that works on it."""
        progress = progress_of(batch, run)
        names = set(cls.model_fields) - {"warnings", "expires_at", "is_reopened", "counts", *progress.__dict__}
        return cls.model_validate(
            {
                **{name: getattr(batch, name) for name in names},
                **progress.__dict__,
                "counts": batch.counts,
                "warnings": [*batch.notes, *batch.warnings],
                "expires_at": expires_at,
                "is_reopened": is_reopened,
            }
        )


class BatchPage(BaseModel):
    """Some batches, newest first, and where the next page begins."""

    items: list[BatchOut]
    next: str | None


class BatchChange(BaseModel):
    """What can be changed at any time; `label` null: none."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    label: Label | None = None


class MappingIn(BaseModel):
    """Which column of the file each input of the model is read from (null: left empty), and the column of labels."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str | None]
    label_column: Annotated[str | None, Field(max_length=256)] = None
    label: Label | None = None


class ResultRowOut(BaseModel):
    """One row of the results; in a page of them long texts are cut.

    `error` says why it could not be predicted, `correct` what a person said it is.
    """

    model_config = ConfigDict(from_attributes=True)

    row: int
    inputs: dict[str, Any]
    label: str | None
    prediction: str | float | None
    confidence: float | None
    probabilities: dict[str, float] | None
    is_sure: bool | None
    correct: str | float | None = None
    error: str | None

    @classmethod
    def of(cls, row: ResultRow, correct: str | float | None = None, *, is_whole: bool = False) -> "ResultRowOut":
        """Return the answer for a row; texts are cut unless `is_whole`."""
        length = None if is_whole else MAX_CELL_LENGTH
        shown = {name: shown_cell(value, length) for name, value in row.inputs.items()}
        return cls.model_validate(row).model_copy(update={"inputs": shown, "correct": correct})


class ResultPage(BaseModel):
    """A page of results, and how many rows there are with these filters."""

    total: int
    items: list[ResultRowOut]


Only = Literal["all", "unsure", "failed", "corrected"]
Sort = Literal["row", "prediction", "confidence"]


def shown_cell(value: Any, length: int | None = MAX_CELL_LENGTH) -> Any:
    """Return a cell for a page: not megabytes of it unless `length` is None, and whole numbers with all digits."""
    if isinstance(value, str) and length is not None and len(value) > length:
        return value[:length] + "…"
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) > EXACT_IN_BROWSERS else value
