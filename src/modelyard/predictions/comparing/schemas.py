"""Shapes of comparisons in answers."""

from pydantic import BaseModel, ConfigDict

from modelyard.models.schemas import ChartOut
from modelyard.predictions.comparing.groups import Group
from modelyard.predictions.comparing.verbs import Comparison


class ShareOut(BaseModel):
    """A share with its 95 % interval."""

    model_config = ConfigDict(from_attributes=True)

    share: float
    low: float
    high: float


class MeanOut(BaseModel):
    """A mean with its 95 % interval."""

    model_config = ConfigDict(from_attributes=True)

    value: float
    low: float
    high: float


class GroupOut(BaseModel):
    """Some rows: how many, the share of each class or the mean of the numbers, and how sure the model was."""

    key: str
    title: str
    n: int
    shares: dict[str, ShareOut]
    mean: MeanOut | None
    mean_confidence: float | None

    @classmethod
    def of(cls, group: Group, classes: list[str] | None) -> "GroupOut":
        """Return the answer for a group."""
        found = group.shares(classes or [])
        return cls(
            key=group.key,
            title=group.title,
            n=group.tally.n,
            shares={name: ShareOut.model_validate(share) for name, share in found.items()},
            mean=MeanOut.model_validate(group.mean) if group.mean else None,
            mean_confidence=group.tally.mean_confidence,
        )


class GroupTestOut(BaseModel):
    """Whether two groups differ, corrected for all pairs looked at; `told` is the sentence."""

    model_config = ConfigDict(from_attributes=True)

    a: str
    b: str
    statistic: float | None
    p_value: float | None
    told: str


class GroupComparisonOut(BaseModel):
    """Groups beside each other."""

    groups: list[GroupOut]
    tests: list[GroupTestOut]
    charts: list[ChartOut]
    notes: list[str]

    @classmethod
    def of(cls, found: Comparison) -> "GroupComparisonOut":
        """Return the answer for a comparison."""
        return cls(
            groups=[GroupOut.of(group, found.classes) for group in found.groups],
            tests=[GroupTestOut.model_validate(test) for test in found.tests],
            charts=[ChartOut.model_validate(chart.model_dump()) for chart in found.charts],
            notes=found.notes,
        )
