"""Shapes of models in requests and answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Task
from modelyard.models.card import card
from modelyard.models.tables import Model


class SignatureInputOut(BaseModel):
    """One raw column the model needs; `required`: it cannot be null."""

    name: str
    kind: str
    dtype: str
    required: bool
    categories: list[str]
    minimum: float | None
    maximum: float | None
    example: bool | int | float | str | None


class SignatureOutputOut(BaseModel):
    """What is predicted."""

    name: str
    classes: list[str] | None


class SignatureOut(BaseModel):
    """What a model takes and gives."""

    inputs: list[SignatureInputOut]
    output: SignatureOutputOut
    ignored: list[str]


class MetricOut(BaseModel):
    """One number about a model, on the rows of one split, beside the baseline's."""

    name: str
    label: str
    value: float | None
    split: str
    n: int
    higher_is_better: bool
    unavailable: str | None
    baseline: float | None


class ChartOut(BaseModel):
    """A Vega-Lite spec, or why there is none."""

    id: str
    title: str
    kind: str
    spec: dict[str, Any] | None
    unavailable: str | None


class ImportanceOut(BaseModel):
    """How much one column matters."""

    column: str
    value: float


class WorkflowRef(BaseModel):
    """The exact version of the workflow that made the model."""

    id: str
    version: int | None


class DatasetRef(BaseModel):
    """The exact rows that the model learned from."""

    id: str
    name: str | None
    content_hash: str | None


class ModelSummary(BaseModel):
    """A model as lists show it; `is_promoted`: it is the version that the endpoint serves."""

    id: str
    name: str
    lineage_id: str
    version: int
    is_promoted: bool
    task: Task
    engine: str
    target: str
    metrics: list[MetricOut]
    workflow: WorkflowRef | None
    dataset: DatasetRef | None
    run_id: str | None
    endpoint_id: str | None
    size_bytes: int
    seconds: float
    row_seconds: float | None
    n_rows: dict[str, int]
    created_at: datetime

    @classmethod
    def of(cls, row: Model) -> "ModelSummary":
        """Return the answer for a row."""
        return cls.model_validate(_summary(row))


class ModelOut(ModelSummary):
    """A model with everything the registry knows."""

    signature: SignatureOut
    charts: list[ChartOut]
    importance: list[ImportanceOut]
    training_profile: dict[str, Any]
    environment: dict[str, str]
    parameters: dict[str, Any]
    notes: list[str]
    card: str

    @classmethod
    def of(cls, row: Model) -> "ModelOut":
        """Return the answer for a row."""
        names = ("signature", "charts", "importance", "training_profile", "environment", "parameters", "notes")
        return cls.model_validate({**_summary(row), **{name: getattr(row, name) for name in names}, "card": card(row)})


class ModelPage(BaseModel):
    """Some models, newest first, and where the next page begins."""

    items: list[ModelSummary]
    next: str | None


class ModelChange(BaseModel):
    """What can be changed of a model."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]


class Comparison(BaseModel):
    """Models side by side, in the order asked for."""

    models: list[ModelOut]


def _summary(row: Model) -> dict[str, Any]:
    names = (
        *("id", "name", "lineage_id", "version", "is_promoted", "task", "engine", "target", "metrics"),
        *("run_id", "endpoint_id", "size_bytes", "seconds", "row_seconds"),
    )
    workflow = {"id": row.workflow_id, "version": row.workflow_version} if row.workflow_id else None
    dataset = {"id": row.dataset_id, "name": row.dataset_name, "content_hash": row.dataset_hash}
    return {
        **{name: getattr(row, name) for name in names},
        "n_rows": row.n_rows,
        "created_at": row.created_at,
        "workflow": workflow,
        "dataset": dataset if row.dataset_id else None,
    }
