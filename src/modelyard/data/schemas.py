"""Shapes of datasets in answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from modelyard.data.catalogue import Sample, find_sample
from modelyard.data.columns import Column, Task
from modelyard.data.formats import FileFormat
from modelyard.data.previews import Rows
from modelyard.data.profiling.association import Measure
from modelyard.data.reading.notes import Note
from modelyard.data.tables import Dataset, DatasetState


class SuggestedTarget(BaseModel):
    """A column worth predicting."""

    column: str
    task: Task
    why: str


class ReadError(BaseModel):
    """Why a file could not be read, and what to do."""

    message: str
    hint: str | None = None


class SampleOrigin(BaseModel):
    """Where a sample comes from."""

    key: str
    licence: str
    source: str


class DatasetOut(BaseModel):
    """One dataset; `warnings` holds the first hundred of `n_warnings`, the profile has all."""

    id: str
    name: str
    state: DatasetState
    filename: str
    format: FileFormat
    size_bytes: int
    n_rows: int | None
    n_columns: int | None
    content_hash: str | None
    target: str | None
    task: Task | None
    suggested_targets: list[SuggestedTarget]
    columns: list[Column]
    warnings: list[Note]
    n_warnings: int
    error: ReadError | None
    run_id: str | None
    sample: SampleOrigin | None
    created_at: datetime

    @classmethod
    def of(cls, dataset: Dataset) -> "DatasetOut":
        """Return the answer for a row."""
        sample = find_sample(dataset.sample) if dataset.sample else None
        origin = SampleOrigin(key=sample.key, licence=sample.licence, source=sample.source) if sample else None
        row = {name: getattr(dataset, name) for name in cls.model_fields if name != "sample"}
        return cls.model_validate({**row, "sample": origin})


class DatasetPage(BaseModel):
    """A page of datasets, newest first; `next` is the cursor of the following one."""

    items: list[DatasetOut]
    next: str | None


class DatasetChange(BaseModel):
    """What to change; what is left out stays. `target: null` says that none is chosen."""

    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    target: str | None = None


class Quantiles(BaseModel):
    """Quantiles of a number column; of a date column in milliseconds since 1970 (UTC)."""

    min: float | None
    p05: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p95: float | None
    max: float | None


class Histogram(BaseModel):
    """`counts[i]` values lie between `edges[i]` and `edges[i + 1]`."""

    edges: list[float]
    counts: list[int]


class TopValue(BaseModel):
    """A value and in how many (sampled) rows it stands."""

    value: str
    count: int


class TargetAssociation(BaseModel):
    """How strongly the column goes with the target, 0 to 1."""

    measure: Measure
    value: float


class ColumnProfile(Column):
    """Everything measured on one column."""

    n_missing: int
    mean: float | None
    std: float | None
    quantiles: Quantiles | None
    histogram: Histogram | None
    top_values: list[TopValue]
    target_association: TargetAssociation | None


class ProfileOut(BaseModel):
    """A dataset's profile. With `sampled`, all but counts, mean, deviation and range are of `n_sampled_rows` rows."""

    n_rows: int
    n_columns: int
    n_duplicate_rows: int
    sampled: bool
    n_sampled_rows: int
    target: str | None
    columns: list[ColumnProfile]
    warnings: list[Note]


class RowsOut(BaseModel):
    """A page of rows; long texts are cut, integers over 2**53 and infinities are texts, missing cells are null."""

    columns: list[str]
    rows: list[list[Any]]
    total: int

    @classmethod
    def of(cls, rows: Rows) -> "RowsOut":
        """Return the answer for a slice."""
        return cls(columns=list(rows.columns), rows=rows.rows, total=rows.total)


class SampleOut(BaseModel):
    """A dataset that ships with the product, and the licence under which it does.

    One of questions for experiments has neither target nor task.
    """

    key: str
    name: str
    about: str
    target: str | None
    task: Task | None
    n_rows: int
    n_columns: int
    licence: str
    licence_text: str
    source: str

    @classmethod
    def of(cls, sample: Sample) -> "SampleOut":
        """Return the answer for a catalogue entry."""
        return cls(**sample.model_dump(exclude={"file"}), licence_text=sample.licence_text)
