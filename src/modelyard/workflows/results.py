"""What is known of a workflow's nodes: which results still hold, and what each showed."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.models.versions import trained_model
from modelyard.runs.tables import Run
from modelyard.runs.verbs import get_run, list_runs
from modelyard.workflows.causes import Stand, cause
from modelyard.workflows.frozen import contents, resolved, with_checkpoints
from modelyard.workflows.graph import Graph, ordered
from modelyard.workflows.ownership import find_step, find_workflow, known_datasets
from modelyard.workflows.plan import PlannedStep, planned_step, step_key
from modelyard.workflows.tables import StepCache, Workflow

RUNS_LOOKED_AT = 20
UNFINISHED = "The run ended before this was done."
GONE = "Its kept result is gone, or was made by an earlier version: run it again."


@dataclass(frozen=True)
class NodeState:
    """Whether a node's latest result still holds, what its latest execution took, and what it found in the data."""

    freshness: str
    state: str | None = None
    seconds: float | None = None
    n_rows: int | None = None
    n_columns: int | None = None
    run_id: str | None = None
    reason: str | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class NodeResult:
    """What the results panel shows of a node."""

    state: str
    run_id: str | None
    fresh: bool
    schema: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    columns: list[dict[str, Any]] = field(default_factory=list)
    """Facts of the columns that the node made or changed (`column_facts`)."""
    metrics: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    model_id: str | None = None
    message: str | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    trials: list[dict[str, Any]] = field(default_factory=list)


def node_states(ctx: Context, workflow_id: str) -> dict[str, NodeState]:
    """Return for each node of the saved graph whether its result is fresh, stale or was never made."""
    ctx.require("workflows:read")
    workflow = find_workflow(ctx, workflow_id)
    now = _stand(ctx, Graph.read(workflow.graph))
    fresh = known_steps(ctx, now.graph, now.contents)
    runs = list_runs(ctx, subject=workflow.id, limit=RUNS_LOOKED_AT)
    return {
        node.id: _node_state(ctx, node.id, now, fresh.get(node.id), _latest(runs, node.id)) for node in now.graph.nodes
    }


def node_result(ctx: Context, workflow_id: str, node_id: str, *, run_id: str | None = None) -> NodeResult:
    """Return what a node showed: in the run named, else in the saved graph as it is, else in the latest run of it."""
    ctx.require("workflows:read")
    workflow = find_workflow(ctx, workflow_id)
    now = _stand(ctx, Graph.read(workflow.graph))
    fresh = known_steps(ctx, now.graph, now.contents).get(node_id)
    if run_id is not None:
        latest: tuple[Run, dict[str, Any]] | None = _in_run(ctx, workflow, run_id, node_id)
    else:
        latest = _latest(list_runs(ctx, subject=workflow.id, limit=RUNS_LOOKED_AT), node_id)
    if run_id is None and fresh is not None:
        return _shown(ctx, (workflow_id, node_id), fresh, fresh, latest)
    if latest is None:
        return NodeResult("never", None, fresh=False, message="This node has not run yet.")
    return _shown(ctx, (workflow_id, node_id), _step_of_run(ctx, latest[0], node_id), fresh, latest)


def fresh_steps(ctx: Context, graph: Graph) -> dict[str, StepCache]:
    """Return the kept result of each node that holds for the graph as it is, with the datasets as they are."""
    ctx.require("workflows:read")
    now = _stand(ctx, graph)
    return known_steps(ctx, now.graph, now.contents)


def kept_for(ctx: Context, workflow_id: str, graph: Graph) -> list[StepCache]:
    """Return the kept results that the pages of a workflow show: of the graph as it is saved, and of its latest run."""
    ctx.require("workflows:read")
    latest = next(iter(list_runs(ctx, subject=workflow_id, limit=1)), None)
    stands = (_stand(ctx, graph), _stand_of(latest) if latest else None)
    return [row for at in stands if at for row in known_steps(ctx, at.graph, at.contents).values()]


def known_steps(ctx: Context, graph: Graph, content_hashes: Mapping[str, str]) -> dict[str, StepCache]:
    """Return the kept result of each node whose result, and that of all before it, is known."""
    documents = {node.id: node for node in graph.nodes}
    found: dict[str, StepCache] = {}
    for node_id in ordered(graph).ids:
        try:
            step = planned_step(graph, documents[node_id])
        except Invalid:
            continue
        if (row := _known(ctx, step, found, content_hashes)) is not None:
            found[node_id] = row
    return found


def _known(
    ctx: Context, step: PlannedStep, found: Mapping[str, StepCache], content_hashes: Mapping[str, str]
) -> StepCache | None:
    references: dict[str, Any] = {}
    for port, (source, name) in step.inputs.items():
        if source not in found or name not in found[source].outputs:
            return None
        references[port] = found[source].outputs[name]
    if len(references) < len(step.node.inputs):
        return None
    return find_step(ctx, step_key(step, references, content_hashes))


def _stand(ctx: Context, graph: Graph) -> Stand:
    """Return the graph as a run that is started now would freeze it."""
    datasets = known_datasets(ctx)
    graph = resolved(graph, datasets)
    with suppress(Invalid):  # a checkpoint that is gone is told when a run is started
        graph = with_checkpoints(graph, ctx)
    return Stand(graph, contents(graph, datasets))


def _stand_of(run: Run) -> Stand | None:
    """Return what a run froze; None for a run that never got so far."""
    if not run.spec.get("graph"):
        return None
    hashes = {dataset_id: frozen["content_hash"] for dataset_id, frozen in (run.spec.get("datasets") or {}).items()}
    return Stand(Graph.read(run.spec["graph"]), hashes)


def _in_run(ctx: Context, workflow: Workflow, run_id: str, node_id: str) -> tuple[Run, dict[str, Any]]:
    run = get_run(ctx, run_id)
    if run.subject_id != workflow.id:
        raise NotFound(f"There is no run {run_id!r} of this workflow.")
    return _latest([run], node_id) or (run, {})


def _latest(runs: list[Run], node_id: str) -> tuple[Run, dict[str, Any]] | None:
    """Return the newest run that reached the node, with what it said of it."""
    told = ((run, step) for run in runs for step in run.steps if step.get("id") == node_id)
    return next(told, None)


def _node_state(
    ctx: Context, node_id: str, now: Stand, row: StepCache | None, latest: tuple[Run, dict[str, Any]] | None
) -> NodeState:
    run, told = latest if latest else (None, {})
    state = told.get("state")
    run_id = run.id if run else None
    if row is not None:
        # What is kept may come from another run or workflow, whatever became of the latest run of this one.
        state = state if state in ("succeeded", "cached") else "cached" if run else "succeeded"
        found = _findings(ctx, row, told)
        return NodeState("fresh", state, row.seconds, row.n_rows, row.n_columns, run_id or row.run_id, findings=found)
    if run is None:
        return NodeState("never", reason="This node has not run yet.")
    return NodeState(
        "stale",
        state,
        told.get("seconds"),
        told.get("n_rows"),
        told.get("n_columns"),
        run_id,
        _reason(run, told, now, node_id),
        findings=told.get("findings") or [],
    )


def _reason(run: Run, told: Mapping[str, Any], now: Stand, node_id: str) -> str:
    """Say why the node's latest result does not hold: what changed since, or how it ended."""
    then = _stand_of(run)
    changed = cause(now, then, node_id) if then else None
    if told.get("state") == "failed":
        return f"It failed. Since then: {changed}" if changed else told.get("message") or "It failed."
    if told.get("state") == "running":
        return told.get("message") or (UNFINISHED if run.is_final else "It is running.")
    return changed or GONE


def _findings(ctx: Context, row: StepCache, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the step found: the run that executed it said so, the kept result of an older one knows it."""
    if "findings" in told:
        return list(told["findings"])
    return list(json.loads(ctx.artifacts.read_bytes(row.result_hash)).get("findings", []))


def _step_of_run(ctx: Context, run: Run, node_id: str) -> StepCache | None:
    then = _stand_of(run)
    return known_steps(ctx, then.graph, then.contents).get(node_id) if then else None


def _shown(
    ctx: Context,
    place: tuple[str, str],
    step: StepCache | None,
    fresh: StepCache | None,
    latest: tuple[Run, dict[str, Any]] | None,
) -> NodeResult:
    run, told = latest if latest else (None, {})
    state = told.get("state") or ("succeeded" if step else "never")
    run_id = run.id if run else step.run_id if step else None
    if step is None:
        return NodeResult(state, run_id, fresh=False, message=told.get("message"))
    shown = json.loads(ctx.artifacts.read_bytes(step.result_hash))
    return NodeResult(
        state,
        run_id,
        fresh=fresh is not None and fresh.key == step.key,
        schema=shown["schema"],
        preview=shown["preview"],
        columns=shown.get("columns", []),
        metrics=shown["metrics"],
        charts=shown["charts"],
        reports=shown.get("reports", []),
        model_id=_model_id(ctx, place, step),
        message=" ".join(shown["notes"]) or None,
        findings=shown.get("findings", []),
        trials=shown.get("trials", []),
    )


def _model_id(ctx: Context, place: tuple[str, str], step: StepCache) -> str | None:
    """Return the model that this node of this workflow registered for the step; other workflows may share the step."""
    digest = next((each["model"] for each in step.outputs.values() if each["shape"] == "model"), None)
    if digest is None:
        return None
    workflow_id, node_id = place
    found = trained_model(ctx, workflow_id=workflow_id, node_id=node_id, artifact_hash=digest, known_as=step.model_id)
    return found.id if found is not None else None
