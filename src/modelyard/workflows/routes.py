"""HTTP of the workflows room."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from modelyard.access.http import Ctx
from modelyard.workflows import exporting, library_routes, results, verbs
from modelyard.workflows.check import Check
from modelyard.workflows.library import listed
from modelyard.workflows.library_routes import workflow_out
from modelyard.workflows.schemas import (
    CheckIn,
    NodeResultOut,
    NodeStateOut,
    VersionOut,
    VersionPage,
    WorkflowIn,
    WorkflowOut,
    WorkflowPage,
    WorkflowSave,
    WorkflowSummary,
)

router = APIRouter(prefix="/workflows", tags=["workflows"])

router.include_router(library_routes.router)  # before the routes that take any word for a workflow's id

Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("")
def list_workflows(
    ctx: Ctx,
    search: Annotated[str, Query(max_length=200)] = "",
    dataset: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> WorkflowPage:
    """List workflows, newest first; with `dataset`, those that read it."""
    rows = verbs.list_workflows(ctx, search=search, dataset=dataset, limit=limit + 1, cursor=cursor)
    items = [WorkflowSummary.of(each) for each in listed(ctx, rows[:limit])]
    return WorkflowPage(items=items, next=items[-1].id if len(rows) > limit else None)


@router.post("", status_code=201)
def create_workflow(ctx: Ctx, body: WorkflowIn) -> WorkflowOut:
    """Make a workflow: from a graph, from a dataset (a sensible default), or empty."""
    row = verbs.create_workflow(ctx, body.name, graph=body.graph, dataset=body.dataset, target=body.target)
    return workflow_out(ctx, row)


@router.post("/check")
def check_graph(ctx: Ctx, body: CheckIn) -> Check:
    """Return a graph's problems and the columns that flow through it, without saving it."""
    return verbs.check_graph(ctx, body.graph)


@router.get("/{workflow_id}")
def get_workflow(ctx: Ctx, workflow_id: str) -> WorkflowOut:
    """Return one workflow with its problems."""
    return workflow_out(ctx, verbs.get_workflow(ctx, workflow_id))


@router.put("/{workflow_id}")
def save_workflow(ctx: Ctx, workflow_id: str, body: WorkflowSave) -> WorkflowOut:
    """Save the whole graph, half-filled nodes included; 409 when it was saved elsewhere meanwhile."""
    row = verbs.save_workflow(ctx, workflow_id, name=body.name, graph=body.graph, version=body.version)
    return workflow_out(ctx, row)


@router.delete("/{workflow_id}", status_code=204)
def delete_workflow(ctx: Ctx, workflow_id: str) -> None:
    """Remove a workflow; models that came from it stay."""
    verbs.delete_workflow(ctx, workflow_id)


@router.get("/{workflow_id}/versions")
def list_versions(
    ctx: Ctx,
    workflow_id: str,
    labelled: bool = False,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> VersionPage:
    """List a workflow's saves, newest first; with `labelled`, only those that have a name."""
    rows = verbs.list_versions(ctx, workflow_id, limit=limit + 1, before=cursor, is_labelled=labelled)
    items = [VersionOut.of(row) for row in rows[:limit]]
    return VersionPage(items=items, next=str(items[-1].number) if len(rows) > limit else None)


@router.get("/{workflow_id}/versions/{number}")
def get_version(ctx: Ctx, workflow_id: str, number: Annotated[int, Path(ge=1, le=2**31)]) -> VersionOut:
    """Return a workflow as it was saved once."""
    return VersionOut.of(verbs.get_version(ctx, workflow_id, number), with_graph=True)


@router.get("/{workflow_id}/steps")
def node_states(ctx: Ctx, workflow_id: str) -> dict[str, NodeStateOut]:
    """Return for each node whether its result is fresh, stale or was never made."""
    states = results.node_states(ctx, workflow_id)
    return {node_id: NodeStateOut.model_validate(asdict(state)) for node_id, state in states.items()}


@router.get("/{workflow_id}/nodes/{node_id}")
def node_result(
    ctx: Ctx, workflow_id: str, node_id: str, run: Annotated[str | None, Query(max_length=64)] = None
) -> NodeResultOut:
    """Return a node's schema, preview, metrics and charts: of a run, or the latest."""
    return NodeResultOut.of(results.node_result(ctx, workflow_id, node_id, run_id=run))


@router.get(
    "/{workflow_id}/code",
    response_class=PlainTextResponse,
    responses={200: {"content": {"application/x-ipynb+json": {"schema": {"type": "object"}}}}},
)
def export_code(
    ctx: Ctx,
    workflow_id: str,
    format: Literal["script", "notebook"] = "script",  # noqa: A002 — the name in the address
) -> Response:
    """Return the workflow as a Python script, or as a Jupyter notebook to download."""
    if format == "script":
        return PlainTextResponse(exporting.export_code(ctx, workflow_id))
    document = exporting.export_notebook(ctx, workflow_id)
    stem = library_routes.file_stem(verbs.get_workflow(ctx, workflow_id).name)
    named = {"Content-Disposition": f'attachment; filename="{stem}.ipynb"'}
    return JSONResponse(document, media_type="application/x-ipynb+json", headers=named)
