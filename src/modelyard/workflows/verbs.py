"""What can be done with workflows: make, save, check, look back."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select

from modelyard.data.verbs import get_dataset
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid
from modelyard.kernel.ids import new_id
from modelyard.runs.tables import Run
from modelyard.runs.verbs import list_runs, visible_runs
from modelyard.workflows.check import Check, check_document
from modelyard.workflows.default import default_graph
from modelyard.workflows.graph import Graph
from modelyard.workflows.ownership import facts_of, find_version, find_workflow, known_datasets, visible_workflows
from modelyard.workflows.references import dataset_ids
from modelyard.workflows.tables import Workflow, WorkflowDataset, WorkflowVersion

MAX_NAME_LENGTH = 200
MAX_ID_LENGTH = 64
"""A draft may name anything as its dataset; what is longer is no id."""


class StaleWorkflow(Conflict):
    """Somebody saved the workflow meanwhile; what they saved is kept, and so is what you have on the screen."""

    default_hint = "Reload to see the other version, or save yours as a new workflow; both are kept."


def create_workflow(
    ctx: Context, name: str, *, graph: Graph | None = None, dataset: str | None = None, target: str | None = None
) -> Workflow:
    """Save a new workflow: the graph given, a sensible one for the dataset, or an empty one."""
    owner_id = ctx.require("workflows:write")
    if graph is None and dataset is not None:
        row = get_dataset(ctx, dataset)
        suggested = row.suggested_targets[0]["column"] if row.suggested_targets else None
        graph = default_graph(facts_of(row), target=target or row.target or suggested)
        name = name or row.name
    now = ctx.clock()
    workflow = Workflow(
        id=new_id("wf"),
        owner_id=owner_id,
        name=_clean_name(name or "Untitled"),
        version=1,
        graph=(graph or Graph()).document(),
        created_at=now,
        updated_at=now,
    )
    ctx.session.add(workflow)
    ctx.session.flush()
    _note_version(ctx, workflow)
    return workflow


def list_workflows(
    ctx: Context, *, search: str = "", dataset: str | None = None, limit: int = 50, cursor: str | None = None
) -> list[Workflow]:
    """Return workflows, newest first; `cursor` is the id of the last one already seen.

    With `dataset`, only those whose saved graph reads it.
    """
    ctx.require("workflows:read")
    query = visible_workflows(ctx)
    if search:
        query = query.where(Workflow.name.icontains(search, autoescape=True))
    if dataset is not None:
        reading = select(WorkflowDataset.workflow_id).where(WorkflowDataset.dataset_id == dataset)
        query = query.where(Workflow.id.in_(reading))
    if cursor:
        query = query.where(Workflow.id < cursor)
    return list(ctx.session.scalars(query.order_by(Workflow.id.desc()).limit(limit)))


def get_workflow(ctx: Context, workflow_id: str) -> Workflow:
    """Return one workflow; raise NotFound."""
    ctx.require("workflows:read")
    return find_workflow(ctx, workflow_id)


def save_workflow(ctx: Context, workflow_id: str, *, name: str, graph: Graph, version: int) -> Workflow:
    """Save a draft over the version it began from; raise StaleWorkflow when somebody saved meanwhile.

    Saving the same once more changes nothing, so that an autosave that is sent twice is harmless.
    """
    ctx.require("workflows:write")
    query = visible_workflows(ctx).where(Workflow.id == find_workflow(ctx, workflow_id).id)
    workflow = ctx.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    name, document = _clean_name(name), graph.document()
    if workflow.name == name and workflow.graph == document:
        return workflow
    if workflow.version != version:
        message = f"This workflow was saved elsewhere meanwhile: it is at version {workflow.version}, not {version}."
        raise StaleWorkflow(message, fields=[FieldError(("version",), str(workflow.version))])
    workflow.name, workflow.graph, workflow.version = name, document, version + 1
    workflow.updated_at = ctx.clock()
    _note_version(ctx, workflow)
    return workflow


def delete_workflow(ctx: Context, workflow_id: str) -> None:
    """Remove the workflow and its versions; models that came from it stay."""
    ctx.require("workflows:write")
    ctx.session.delete(find_workflow(ctx, workflow_id))
    ctx.session.flush()


def list_versions(
    ctx: Context, workflow_id: str, *, limit: int = 50, before: int | None = None, is_labelled: bool = False
) -> list[WorkflowVersion]:
    """Return a workflow's saves, newest first, those with numbers below `before`; or only those that have a label."""
    ctx.require("workflows:read")
    workflow = find_workflow(ctx, workflow_id)
    query = select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow.id)
    if is_labelled:
        query = query.where(WorkflowVersion.label.is_not(None))
    if before is not None:
        query = query.where(WorkflowVersion.number < before)
    return list(ctx.session.scalars(query.order_by(WorkflowVersion.number.desc()).limit(limit)))


def get_version(ctx: Context, workflow_id: str, number: int) -> WorkflowVersion:
    """Return a workflow as it was saved; raise NotFound."""
    ctx.require("workflows:read")
    return find_version(ctx, workflow_id, number)


def check_graph(ctx: Context, document: object) -> Check:
    """Return the problems of a graph that need not be saved, and the columns that flow through it."""
    ctx.require("workflows:read")
    return check_document(document, known_datasets(ctx))


def last_run(ctx: Context, workflow_id: str) -> Run | None:
    """Return the newest run of a workflow."""
    ctx.require("workflows:read")
    return next(iter(list_runs(ctx, subject=workflow_id, limit=1)), None)


def last_runs(ctx: Context, workflow_ids: Iterable[str]) -> dict[str, Run]:
    """Return the newest run of each of several workflows, by workflow."""
    ctx.require("workflows:read")
    runs = visible_runs(ctx).where(Run.subject_id.in_(list(workflow_ids))).subquery()
    newest = select(func.max(runs.c.id)).group_by(runs.c.subject_id)  # ids sort by age
    found = ctx.session.scalars(visible_runs(ctx).where(Run.id.in_(newest)))
    return {run.subject_id: run for run in found if run.subject_id}


def _note_version(ctx: Context, workflow: Workflow) -> None:
    ctx.session.add(
        WorkflowVersion(
            workflow_id=workflow.id,
            number=workflow.version,
            name=workflow.name,
            graph=workflow.graph,
            saved_at=ctx.clock(),
        )
    )
    ctx.session.execute(delete(WorkflowDataset).where(WorkflowDataset.workflow_id == workflow.id))
    named = (dataset for dataset in dataset_ids(Graph.read(workflow.graph)) if len(dataset) <= MAX_ID_LENGTH)
    ctx.session.add_all(WorkflowDataset(workflow_id=workflow.id, dataset_id=dataset) for dataset in named)
    ctx.session.flush()


def _clean_name(name: str) -> str:
    readable = "".join(character for character in name if character.isprintable() or character.isspace())
    cleaned = " ".join(readable.split())[:MAX_NAME_LENGTH].strip()
    if not cleaned:
        raise Invalid("A workflow needs a name.", fields=[FieldError(("name",), "A workflow needs a name.")])
    return cleaned
