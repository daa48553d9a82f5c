"""Shapes of promotions in requests and answers."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from modelyard.experiments.promoting.evidence import Evidence
from modelyard.experiments.tables import Becomes, ExperimentPromotion


class ExperimentPromotionIn(BaseModel):
    """Which configuration is put to use."""

    model_config = ConfigDict(extra="forbid")

    configuration: int = Field(ge=0, lt=200, description="Its place among the attempt's configurations.")
    name: str | None = Field(None, min_length=1, max_length=200, description="What a new endpoint is called.")
    endpoint_id: str | None = Field(
        None, max_length=32, description="An endpoint of a promotion before: it answers so from now on."
    )


class ExperimentPromotionPreview(BaseModel):
    """What a promotion would do, before it is done."""

    becomes: Becomes
    collection_id: str | None
    """Whose chat it would become; null: an endpoint of its own."""
    evidence: Evidence
    notes: list[str]
    """What its owner should know, a sentence each: what it does not take along, and who reads what."""


class ExperimentPromotionOut(BaseModel):
    """A configuration that was put to use; `notes` are told once, when it is."""

    id: str
    configuration: int
    becomes: Becomes
    endpoint_id: str
    """It may have been deleted since."""
    collection_id: str | None
    evidence: Evidence
    notes: list[str]
    created_at: datetime

    @classmethod
    def of(cls, row: ExperimentPromotion, notes: list[str] | None = None) -> "ExperimentPromotionOut":
        """Return the answer for a row."""
        return cls(
            id=row.id,
            configuration=row.configuration,
            becomes=row.becomes,
            endpoint_id=row.endpoint_id,
            collection_id=row.collection_id,
            evidence=Evidence.model_validate(row.evidence),
            notes=notes or [],
            created_at=row.created_at,
        )


class ExperimentPromotionList(BaseModel):
    """What configurations of an attempt were put to use, newest first."""

    items: list[ExperimentPromotionOut]
