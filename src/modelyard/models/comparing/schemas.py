"""Shapes of comparisons in answers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.models.comparing.comparison import Comparison
from modelyard.models.comparing.text import as_markdown
from modelyard.models.comparing.verbs import PairedWith
from modelyard.models.schemas import MetricOut, ModelSummary


class MetricLineOut(BaseModel):
    """One metric of every model; `best` holds the places of the best values, none where rows differ."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    label: str
    split: str
    higher_is_better: bool
    values: list[MetricOut | None]
    best: list[int]


class LineOut(BaseModel):
    """One fact of every model."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    values: list[Any]
    differs: bool


class ComparisonOut(BaseModel):
    """Models side by side, in the order asked for; `warnings` say why figures may not be compared."""

    models: list[ModelSummary]
    warnings: list[str]
    metrics: list[MetricLineOut]
    facts: list[LineOut]
    parameters: list[LineOut]
    columns: list[LineOut]
    markdown: str
    """The same as text."""

    @classmethod
    def of(cls, found: Comparison) -> "ComparisonOut":
        """Return the answer for a comparison."""
        return cls(
            models=[ModelSummary.of(row) for row in found.models],
            warnings=list(found.warnings),
            metrics=[MetricLineOut.model_validate(line) for line in found.metrics],
            facts=[LineOut(name=f.name, values=[_plain(v) for v in f.values], differs=f.differs) for f in found.facts],
            parameters=[LineOut.model_validate(line) for line in found.parameters],
            columns=[LineOut.model_validate(line) for line in found.columns],
            markdown=as_markdown(found),
        )


class DifferenceOut(BaseModel):
    """One metric on the same rows: this model's value minus that of the model compared with, with its 95 % interval.

    `is_certain`: the interval leaves out 0.
    """

    model_config = ConfigDict(from_attributes=True)

    name: str
    label: str
    higher_is_better: bool
    first: float | None
    second: float | None
    difference: float | None
    interval: tuple[float, float] | None
    is_certain: bool
    unavailable: str | None


class McNemarOut(BaseModel):
    """Rows that only one of two models has right, and the exact two-sided p-value of so uneven a share."""

    model_config = ConfigDict(from_attributes=True)

    n_only_first: int
    n_only_second: int
    p_value: float


class PairedOut(BaseModel):
    """One model against the one compared with, or why they cannot be paired."""

    model_id: str
    n: int
    split: str | None
    differences: list[DifferenceOut]
    mcnemar: McNemarOut | None
    unavailable: str | None

    @classmethod
    def of(cls, found: PairedWith) -> "PairedOut":
        """Return the answer for a pair."""
        result = found.result
        return cls(
            model_id=found.model.id,
            n=result.n,
            split=result.split,
            differences=[DifferenceOut.model_validate(each) for each in result.differences],
            mcnemar=McNemarOut.model_validate(result.mcnemar) if result.mcnemar else None,
            unavailable=result.unavailable,
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
