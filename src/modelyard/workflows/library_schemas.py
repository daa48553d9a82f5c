"""Request and answer shapes of versions, schedules, templates and workflow files."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from modelyard.runs.schemas import RunOut
from modelyard.workflows.cron import next_times
from modelyard.workflows.exchanging import ImportPlan, MatchedBy, Wanted
from modelyard.workflows.gallery import Template, missing_reason
from modelyard.workflows.schedules import Start
from modelyard.workflows.schemas import DatasetName, ScheduleOut
from modelyard.workflows.tables import Schedule, StartOutcome

TIMES_SHOWN = 5


class VersionChange(BaseModel):
    """What somebody calls a save; null or nothing takes the name away."""

    label: Annotated[str, Field(max_length=1000)] | None = None


class RestoreIn(BaseModel):
    """The version on the caller's screen, which the restored one follows."""

    version: Annotated[int, Field(ge=1, le=2**31)]


class ScheduleIn(BaseModel):
    """When a workflow is to run by itself."""

    cron: Annotated[str, Field(max_length=1000)]
    """Five parts (minute, hour, day of month, month, day of week), or a name such as @daily."""
    timezone: Annotated[str, Field(max_length=100)] = "UTC"
    """Name of the time zone in whose local time the cron text counts."""
    is_paused: bool = False


class ScheduleTimes(BaseModel):
    """A cron text in words, and when it comes due next."""

    words: str
    next_times: list[datetime]


class StartOut(BaseModel):
    """One time at which a schedule came due: the run it started, or why it started none."""

    due_at: datetime
    at: datetime
    outcome: StartOutcome
    n_missed: int
    message: str | None
    run: RunOut | None

    @classmethod
    def of(cls, start: Start) -> "StartOut":
        """Return the answer for a start."""
        names = ("due_at", "at", "outcome", "n_missed", "message")
        stated = {name: getattr(start.row, name) for name in names}
        return cls(**stated, run=RunOut.of(start.run) if start.run else None)


class ScheduleDetail(ScheduleOut):
    """A schedule with its next times, and what came of the last ones."""

    words: str
    next_times: list[datetime]
    starts: list[StartOut]

    @classmethod
    def of_all(cls, row: Schedule, words: str, starts: list[Start], now: datetime) -> "ScheduleDetail":
        """Return the answer for a row and its starts."""
        coming = (
            [] if row.next_at is None else [row.next_at, *next_times(row.cron, row.timezone, max(row.next_at, now))]
        )
        return cls(
            **ScheduleOut.of(row).model_dump(),
            words=words,
            next_times=list(dict.fromkeys(coming))[:TIMES_SHOWN],
            starts=[StartOut.of(start) for start in starts],
        )


class TemplateOut(BaseModel):
    """A workflow of the gallery."""

    key: str
    name: str
    summary: str
    teaches: list[str]
    nodes: list[str]
    """Titles of its nodes."""
    samples: list[str]
    """Keys of the samples it reads; they are added when it is used."""
    datasets: list[str]
    """Names of these samples."""
    unavailable: str | None
    """Why it cannot run here: a package that is not installed."""

    @classmethod
    def of(cls, template: Template) -> "TemplateOut":
        """Return the answer for a template."""
        return cls(
            **template.model_dump(include={"key", "name", "summary", "teaches"}),
            nodes=list(template.node_titles),
            samples=list(template.samples),
            datasets=list(template.dataset_names),
            unavailable=missing_reason(template),
        )


class ImportCheckIn(BaseModel):
    """A workflow file to look at before it is imported."""

    document: Any


class ImportIn(BaseModel):
    """A workflow file, and which dataset stands for which of the file's; null leaves a node without one."""

    document: Any
    name: Annotated[str, Field(max_length=200)] = ""
    datasets: dict[str, str | None] = Field(default_factory=dict, max_length=100)


class WantedDataset(BaseModel):
    """A dataset that a workflow file names, and what this yard has for it."""

    key: str
    name: str
    n_rows: int | None
    n_columns: int | None
    sample: str | None
    """Key of the sample that would do and is not among the datasets yet."""
    match: DatasetName | None
    matched_by: MatchedBy | None
    is_sure: bool
    """Whether the match is taken without asking: the same rows, or the same sample."""

    @classmethod
    def of(cls, wanted: Wanted) -> "WantedDataset":
        """Return the answer for a dataset of a file."""
        stamp, match = wanted.stamp, wanted.match
        return cls(
            key=wanted.key,
            **stamp.model_dump(include={"name", "n_rows", "n_columns"}),
            sample=stamp.sample if wanted.can_add_sample else None,
            match=DatasetName(id=match.dataset.id, name=match.dataset.name) if match else None,
            matched_by=match.by if match else None,
            is_sure=bool(match and match.is_sure),
        )


class ImportPlanOut(BaseModel):
    """What importing a file would do."""

    format: Literal["modelyard-workflow"]
    version: int
    name: str
    n_nodes: int
    datasets: list[WantedDataset]
    unknown_kinds: list[str]
    """Kinds of nodes that this yard does not have; they are kept and marked as problems."""

    @classmethod
    def of(cls, plan: ImportPlan) -> "ImportPlanOut":
        """Return the answer for a plan."""
        return cls(
            format=plan.exchange.format,
            version=plan.exchange.version,
            name=plan.exchange.name,
            n_nodes=len(plan.exchange.graph.nodes),
            datasets=[WantedDataset.of(wanted) for wanted in plan.datasets],
            unknown_kinds=plan.unknown_kinds,
        )
