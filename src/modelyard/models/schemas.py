"""Shapes of models in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Task
from modelyard.models.card import card
from modelyard.models.deletion import Dependents
from modelyard.models.metrics.report import Report
from modelyard.models.tables import Model, PromotionCause
from modelyard.models.versions import LineageInList, Versions
from modelyard.runs.schemas import FindingOut, TrialOut


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
    """One number about a model with its 95 % interval, on the rows of one split, beside those of the baselines.

    `baseline` is what the majority class or the mean gets, `boosting` what default gradient boosting gets.
    """

    name: str
    label: str
    value: float | None
    split: str
    n: int
    higher_is_better: bool
    unavailable: str | None
    interval: tuple[float, float] | None = None
    interval_unavailable: str | None = None
    baseline: float | None
    boosting: float | None = None


class ChartOut(BaseModel):
    """A Vega-Lite spec, or why there is none."""

    id: str
    title: str
    kind: str
    spec: dict[str, Any] | None
    unavailable: str | None


class ImportanceOut(BaseModel):
    """How much one column matters: by the engine's own measure (`native`), or by shuffling it, with an interval."""

    column: str
    value: float
    kind: Literal["native", "permutation"] | None = None
    interval: tuple[float, float] | None = None


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
    findings: list[FindingOut]
    limits: list[str]
    splitting: dict[str, Any] | None
    trials: list[TrialOut]
    groups: list[Report]
    card: str

    @classmethod
    def of(cls, row: Model) -> "ModelOut":
        """Return the answer for a row."""
        names = (
            *("signature", "charts", "importance", "training_profile", "environment", "parameters", "notes"),
            *("findings", "limits", "splitting", "trials", "groups"),
        )
        return cls.model_validate({**_summary(row), **{name: getattr(row, name) for name in names}, "card": card(row)})


class ModelPage(BaseModel):
    """Some models, newest first, and where the next page begins."""

    items: list[ModelSummary]
    next: str | None


class PromotionOut(BaseModel):
    """One change of what the endpoint serves; the version may be deleted by now."""

    model_config = ConfigDict(from_attributes=True)

    model_id: str
    version: int
    cause: PromotionCause
    actor_name: str
    created_at: datetime


class VersionsOut(BaseModel):
    """All versions of a model, the newest first, and what its endpoint served, the latest change first."""

    lineage_id: str
    endpoint_id: str | None
    workflow_id: str | None
    node_id: str | None
    promoted_id: str
    before_id: str | None
    """What a roll back would serve; None: there is nothing to go back to."""
    versions: list[ModelSummary]
    promotions: list[PromotionOut]

    @classmethod
    def of(cls, found: Versions) -> "VersionsOut":
        """Return the answer for a lineage."""
        lineage = found.lineage
        return cls(
            lineage_id=lineage.id,
            endpoint_id=lineage.endpoint_id,
            workflow_id=lineage.workflow_id,
            node_id=lineage.node_id,
            promoted_id=lineage.promoted_id,
            before_id=found.before.id if found.before else None,
            versions=[ModelSummary.of(row) for row in found.models],
            promotions=[PromotionOut.model_validate(row) for row in found.promotions],
        )


class LineageOut(BaseModel):
    """One model in the list of all: the version that is served, and the newest one."""

    id: str
    n_versions: int
    promoted: ModelSummary
    newest: ModelSummary

    @classmethod
    def of(cls, item: LineageInList) -> "LineageOut":
        """Return the answer for a lineage."""
        promoted, newest = ModelSummary.of(item.promoted), ModelSummary.of(item.newest)
        return cls(id=item.lineage.id, n_versions=item.n_versions, promoted=promoted, newest=newest)


class LineagePage(BaseModel):
    """Some lineages, the last trained first, and where the next page begins."""

    items: list[LineageOut]
    next: str | None


class PromotionIn(BaseModel):
    """What the asker believes is served now: when that is wrong, nothing is changed."""

    model_config = ConfigDict(extra="forbid")

    expected: Annotated[str | None, Field(max_length=32, description="The id of the version served now.")] = None


class VersionRef(BaseModel):
    """One version by name."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    version: int


class EndpointRef(BaseModel):
    """An endpoint by name."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str


class RunRef(BaseModel):
    """A run by title."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    state: str


class DependentsOut(BaseModel):
    """What depends on a version, told before it is deleted."""

    is_promoted: bool
    others: list[VersionRef]
    suggested: VersionRef | None
    endpoint: EndpointRef | None
    n_calls: int
    n_calls_answered: int
    goes: Annotated[dict[str, int], Field(description="What else goes with the endpoint, by name (corrections).")]
    workflow: WorkflowRef | None
    run: RunRef | None

    @classmethod
    def of(cls, found: Dependents) -> "DependentsOut":
        """Return the answer for a version."""
        model = found.model
        return cls(
            is_promoted=model.is_promoted,
            others=[VersionRef.model_validate(row) for row in found.others],
            suggested=VersionRef.model_validate(found.suggested) if found.suggested else None,
            endpoint=EndpointRef.model_validate(found.endpoint) if found.endpoint else None,
            n_calls=found.n_calls,
            n_calls_answered=found.n_calls_answered,
            goes=found.goes,
            workflow=WorkflowRef(id=model.workflow_id, version=model.workflow_version) if model.workflow_id else None,
            run=RunRef.model_validate(found.run) if found.run else None,
        )


class ModelChange(BaseModel):
    """What can be changed of a model."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]


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


class ThresholdOut(BaseModel):
    """One threshold: rows whose prediction is at least so probable, their share, how many of them are right."""

    model_config = ConfigDict(from_attributes=True)

    threshold: float
    n: int
    share: float
    accuracy: float | None
    low: float | None
    high: float | None


class ThresholdsOut(BaseModel):
    """Every threshold of "not sure", ascending, over the n rows of `split`; `unavailable` says why there are none."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    split: str | None
    thresholds: list[ThresholdOut]
    unavailable: str | None
