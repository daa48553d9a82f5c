"""Shapes of corrections in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictStr, model_validator

from modelyard.predictions.batches.schemas import shown_cell
from modelyard.predictions.corrections.accuracy import MetricName
from modelyard.predictions.corrections.tables import Correction

Id = Annotated[str, Field(max_length=64)]
Right = Annotated[StrictStr, Field(max_length=10_000)] | Annotated[StrictFloat, Field(allow_inf_nan=False)]


class CorrectionIn(BaseModel):
    """What one row should have been: of a call, whose rows count from 0, or of a batch, whose rows count from 1.

    Saying what was predicted confirms it.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"call_id": "cl_01kqf5w3z80q4x2m6v9b", "row": 0, "correct": "Gentoo"}]},
    )

    call_id: Id | None = None
    batch_id: Id | None = None
    row: Annotated[int, Field(ge=0, le=2**53)]
    correct: Right
    is_new_class: Annotated[bool, Field(description="Take a class that the model does not know.")] = False

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.call_id is None) == (self.batch_id is None):
            raise ValueError("Name either a call or a batch.")
        return self


class CorrectionOut(BaseModel):
    """One correction with its own copy of the row; long texts are cut.

    `predicted` is null for a row that could not be predicted; `correct` is the same when the answer was confirmed.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    endpoint_id: str
    call_id: str | None
    batch_id: str | None
    row: int
    inputs: dict[str, Any]
    predicted: str | float | None
    correct: str | float
    version: int | None
    created_at: datetime
    actor_name: str

    @classmethod
    def of(cls, row: Correction) -> "CorrectionOut":
        """Return the answer for a row."""
        shown = {name: shown_cell(value) for name, value in row.inputs.items()}
        return cls.model_validate(row).model_copy(update={"inputs": shown})


class CorrectionPage(BaseModel):
    """Some corrections, newest first, and where the next page begins."""

    items: list[CorrectionOut]
    next: str | None


class CorrectionsDatasetIn(BaseModel):
    """What the dataset is made of."""

    model_config = ConfigDict(extra="forbid")

    append: Annotated[bool, Field(description="Put the rows of training before, without those corrected.")] = False


class MeasuredOut(BaseModel):
    """A figure over n rows with its 95 % interval; null where there is none."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    value: float | None
    low: float | None
    high: float | None


class AtTrainingOut(MeasuredOut):
    """The same figure at training; `split` names the rows that the version was scored on."""

    version: int
    split: str


class AccuracyOfVersionOut(MeasuredOut):
    """The corrections of one version, beside its figure at training."""

    version: int | None
    at_training: AtTrainingOut | None


class AccuracyOut(MeasuredOut):
    """How right an endpoint was, as far as corrections tell: accuracy, or mean absolute error.

    `n_confirmed`: corrections that say the answer was right. `told`: what to think of a figure of chosen rows.
    """

    metric: MetricName
    n_confirmed: int
    at_training: AtTrainingOut | None
    by_version: list[AccuracyOfVersionOut]
    told: str
