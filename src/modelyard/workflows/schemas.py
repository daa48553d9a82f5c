"""Request and answer shapes of workflows."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Schema
from modelyard.models.metrics.report import Report
from modelyard.runs.schemas import FindingOut, RunOut, TrialOut
from modelyard.runs.tables import Run
from modelyard.workflows.check import Check, Problem
from modelyard.workflows.graph import Graph
from modelyard.workflows.library import Listed
from modelyard.workflows.results import NodeResult
from modelyard.workflows.tables import Schedule, Workflow, WorkflowVersion

Name = Annotated[str, Field(max_length=200)]


class WorkflowIn(BaseModel):
    """What makes a workflow: a graph, or a dataset to make a sensible one for, or neither for an empty one."""

    name: Name = ""
    graph: Graph | None = None
    dataset: Annotated[str, Field(max_length=64)] | None = None
    target: Annotated[str, Field(max_length=10_000)] | None = None


class WorkflowSave(BaseModel):
    """A save: the whole graph, and the version it began from."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    graph: Graph
    version: Annotated[int, Field(ge=1, le=2**31)]


class CheckIn(BaseModel):
    """A graph to check without saving it; anything is taken, what is wrong with it is the answer."""

    graph: dict[str, Any]


class DatasetName(BaseModel):
    """A dataset that a workflow reads; `name` is None when it is gone."""

    id: str
    name: str | None


class ScheduleOut(BaseModel):
    """When a workflow runs by itself, and the next times at which it will; none while it is paused."""

    cron: str
    timezone: str
    is_paused: bool
    pause_reason: str | None
    next_at: datetime | None

    @classmethod
    def of(cls, row: Schedule) -> "ScheduleOut":
        """Return the answer for a row."""
        return cls.model_validate(row, from_attributes=True)


class WorkflowSummary(BaseModel):
    """A workflow in a list."""

    id: str
    name: str
    version: int
    n_nodes: int
    n_problems: int
    """What stands in the way of a run."""
    datasets: list[DatasetName]
    schedule: ScheduleOut | None
    last_run: RunOut | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, listed: Listed) -> "WorkflowSummary":
        """Return the answer for a workflow of a list."""
        row = listed.row
        return cls(
            id=row.id,
            name=row.name,
            version=row.version,
            n_nodes=len(row.graph.get("nodes", [])),
            n_problems=listed.n_problems,
            datasets=[DatasetName(id=dataset_id, name=name) for dataset_id, name in listed.datasets.items()],
            schedule=ScheduleOut.of(listed.schedule) if listed.schedule else None,
            last_run=RunOut.of(listed.last_run) if listed.last_run else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class WorkflowOut(BaseModel):
    """A workflow with its problems and the columns that flow through it."""

    id: str
    name: str
    version: int
    graph: Graph
    problems: list[Problem]
    schemas: dict[str, dict[str, Schema]]
    last_run: RunOut | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Workflow, found: Check, run: Run | None) -> "WorkflowOut":
        """Return the answer for a row, its check and its newest run."""
        return cls(
            id=row.id,
            name=row.name,
            version=row.version,
            graph=Graph.read(row.graph),
            problems=found.problems,
            schemas=found.schemas,
            last_run=RunOut.of(run) if run else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class WorkflowPage(BaseModel):
    """A page of workflows."""

    items: list[WorkflowSummary]
    next: str | None


class VersionOut(BaseModel):
    """One save of a workflow; `graph` only when it is asked for alone."""

    workflow_id: str
    number: int
    name: str
    label: str | None
    n_nodes: int
    saved_at: datetime
    graph: Graph | None = None

    @classmethod
    def of(cls, row: WorkflowVersion, *, with_graph: bool = False) -> "VersionOut":
        """Return the answer for a row."""
        return cls(
            workflow_id=row.workflow_id,
            number=row.number,
            name=row.name,
            label=row.label,
            n_nodes=len(row.graph.get("nodes", [])),
            saved_at=row.saved_at,
            graph=Graph.read(row.graph) if with_graph else None,
        )


class VersionPage(BaseModel):
    """A page of saves."""

    items: list[VersionOut]
    next: str | None


class NodeStateOut(BaseModel):
    """Whether a node's result still holds, and what its latest execution took."""

    freshness: str
    state: str | None
    seconds: float | None
    n_rows: int | None
    n_columns: int | None
    run_id: str | None
    reason: str | None
    findings: list[FindingOut] = []


class PreviewOut(BaseModel):
    """The first rows at a node."""

    columns: list[str]
    rows: list[list[Any]]
    total: int


class ColumnFactsOut(BaseModel):
    """What the values of one column are like."""

    name: str
    dtype: str
    missing_fraction: float | None
    n_unique: int
    minimum: float | int | str | None
    maximum: float | int | str | None


class NodeResultOut(BaseModel):
    """What the results panel shows of a node."""

    model_config = ConfigDict(populate_by_name=True)

    state: str
    run_id: str | None
    fresh: bool
    table_schema: Schema | None = Field(alias="schema")
    preview: PreviewOut | None
    columns: list[ColumnFactsOut] = []
    metrics: list[dict[str, Any]]
    charts: list[dict[str, Any]]
    reports: list[Report] = []
    model_id: str | None
    message: str | None
    findings: list[FindingOut] = []
    trials: list[TrialOut] = []

    @classmethod
    def of(cls, result: NodeResult) -> "NodeResultOut":
        """Return the answer for a result."""
        return cls.model_validate(asdict(result))
