"""Whose workflows and results an actor sees: the only owner filters of this room, and what they find."""

from sqlalchemy import Select, select

from modelyard.data.ownership import visible_datasets
from modelyard.data.tables import Dataset
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.workflows.check import Datasets
from modelyard.workflows.tables import StepCache, Workflow, WorkflowVersion
from modelyard.workflows.values import DatasetFacts


def visible_workflows(ctx: Context) -> Select[Workflow]:
    """Return the query of all workflows this actor may see."""
    return select(Workflow).where(Workflow.owner_id == ctx.actor.id)


def visible_steps(ctx: Context) -> Select[StepCache]:
    """Return the query of all step results this actor may see."""
    return select(StepCache).where(StepCache.owner_id == ctx.actor.id)


def find_workflow(ctx: Context, workflow_id: str) -> Workflow:
    """Return one workflow; raise NotFound."""
    workflow = ctx.session.scalar(visible_workflows(ctx).where(Workflow.id == workflow_id))
    if workflow is None:
        raise NotFound(f"There is no workflow {workflow_id!r}.")
    return workflow


def find_version(ctx: Context, workflow_id: str, number: int) -> WorkflowVersion:
    """Return a workflow as it was saved; raise NotFound."""
    workflow = find_workflow(ctx, workflow_id)
    version = ctx.session.get(WorkflowVersion, (workflow.id, number))
    if version is None:
        raise NotFound(f"The workflow {workflow.name!r} has no version {number}.")
    return version


def find_step(ctx: Context, key: str, *, is_locked: bool = False) -> StepCache | None:
    """Return what a step gave, by its key; locked until the transaction ends when it is about to be changed."""
    query = visible_steps(ctx).where(StepCache.key == key)
    return ctx.session.scalar(query.with_for_update() if is_locked else query)


def known_datasets(ctx: Context) -> Datasets:
    """Return the look-up of datasets for `check`; each is asked for once."""
    known: dict[str, DatasetFacts | None] = {}

    def find(dataset_id: str) -> DatasetFacts | None:
        if dataset_id not in known:
            row = ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == dataset_id))
            known[dataset_id] = facts_of(row) if row else None
        return known[dataset_id]

    return find


def facts_of(row: Dataset) -> DatasetFacts:
    """Return what workflows need to know of a dataset."""
    schema = row.schema if row.state == "ready" else None
    return DatasetFacts(row.id, row.name, row.state, row.content_hash, row.n_rows, schema)
