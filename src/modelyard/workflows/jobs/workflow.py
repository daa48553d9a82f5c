"""The job that executes a workflow."""

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext
from modelyard.workflows.check import Problem
from modelyard.workflows.frozen import FrozenDataset
from modelyard.workflows.graph import Graph, with_ancestors, with_descendants

if TYPE_CHECKING:
    from modelyard.runs.tables import Run


class RunWorkflow(Job):
    """Executes a workflow, or the part of it that leads to one node.

    The saved graph and the content of its datasets are frozen when the run is submitted. Steps whose result is known
    already are not executed again, also after a worker was killed; every model that is trained is in the registry when
    the run has succeeded.
    """

    title: ClassVar[str] = "Run a workflow"
    memory_bytes: ClassVar[int] = 340 * 2**20
    icon: ClassVar[str] = "play"

    kind: Literal["workflow"] = "workflow"
    workflow: str = Parameter(description="The workflow to execute.", widget="workflow", max_length=64)
    until: str | None = Parameter(
        None, description="The node to stop at; empty means the whole workflow.", max_length=100
    )
    anew: str | None = Parameter(
        None,
        description="The node to begin at: it and all that follows it are executed, kept results or not; what comes "
        "before is reused.",
        max_length=100,
    )
    version: int | None = Parameter(
        None, description="The saved version to execute; empty means the latest.", advanced=True, ge=1, le=2**31
    )
    graph: dict[str, Any] | None = Parameter(
        None, description="The frozen graph; filled in when submitted.", advanced=True
    )
    datasets: dict[str, FrozenDataset] | None = Parameter(
        None, description="The frozen datasets by id; filled in when submitted.", advanced=True
    )

    def prepare(self, ctx: Context) -> Self:
        """Freeze the version, its graph and the contents of its datasets; refuse a graph with problems."""
        from modelyard.workflows.check import check
        from modelyard.workflows.frozen import contents, resolved, with_checkpoints
        from modelyard.workflows.ownership import find_version, find_workflow, known_datasets
        from modelyard.workflows.plan import wanted

        workflow = find_workflow(ctx, self.workflow)
        version = find_version(ctx, workflow.id, self.version or workflow.version)
        datasets = known_datasets(ctx)
        graph = Graph.read(version.graph)
        _refuse_problems(check(graph, datasets).problems, wanted(graph, self.until, self.anew))
        graph = with_checkpoints(resolved(graph, datasets), ctx)
        used = [facts for dataset_id in contents(graph, datasets) if (facts := datasets(dataset_id))]
        frozen = {facts.id: FrozenDataset.of(facts, ctx.artifacts) for facts in used}
        return self.model_copy(update={"version": version.number, "graph": graph.document(), "datasets": frozen})

    def describe(self, ctx: Context) -> tuple[str, str | None, str | None]:
        """Say which workflow is executed, and which part of it."""
        from modelyard.workflows.ownership import find_workflow

        name = find_workflow(ctx, self.workflow).name
        at = self.until or self.anew
        node = Graph.read(self.graph).node(at) if at else None
        part = f", {'until' if self.until else 'from'} {node.title or node.kind}" if node else ""
        return f"{name}{part}", "workflow", self.workflow

    def run(self, ctx: JobContext) -> dict[str, Any]:
        """Walk the plan; return each step's key, and the draft of each model."""
        from modelyard.workflows.execute import Walk
        from modelyard.workflows.plan import plan

        graph = Graph.read(self.graph)
        anew = with_descendants(graph, self.anew) if self.anew else set[str]()
        done = Walk(ctx, plan(graph, self.until, self.anew), self.datasets or {}, anew).walk()
        drafts = {
            node_id: reference["draft"]
            for node_id, step in done.items()
            for reference in step.outputs.values()
            if reference["shape"] == "model"
        }
        nodes = {node_id: {"key": step.key, "is_cached": step.is_cached} for node_id, step in done.items()}
        return {"nodes": nodes, "drafts": drafts}

    def publish(self, ctx: Context, run: "Run", result: dict[str, Any]) -> dict[str, Any]:
        """Register each training of a node once; a step that another workflow shares is a model of its own here."""
        model_ids = {node_id: self._register(ctx, run, node_id, result) for node_id in result["drafts"]}
        self._note_groups(ctx, model_ids, result)
        return {"model_ids": list(model_ids.values()), "models": model_ids, "nodes": result["nodes"]}

    def _register(self, ctx: Context, run: "Run", node_id: str, result: dict[str, Any]) -> str:
        from modelyard.models.verbs import publish_model
        from modelyard.models.versions import trained_model
        from modelyard.workflows.ownership import find_step

        step = find_step(ctx, result["nodes"][node_id]["key"], is_locked=True)
        draft = json.loads(ctx.artifacts.read_bytes(result["drafts"][node_id]))
        known = trained_model(
            ctx,
            workflow_id=self.workflow,
            node_id=node_id,
            artifact_hash=draft["artifact_hash"],
            known_as=step.model_id if step is not None else None,
        )
        if known is not None and known.scored_rows_hash == draft.get("scored_rows_hash"):
            return known.id
        dataset_id, frozen = self._dataset_of(node_id)
        model = publish_model(
            ctx,
            draft,
            run_id=run.id,
            dataset_id=dataset_id,
            dataset_name=frozen.name if frozen else None,
            dataset_hash=frozen.content_hash if frozen else None,
            workflow_id=self.workflow,
            workflow_version=self.version,
            node_id=node_id,
        )
        if step is not None:
            step.model_id = model.id
        return model.id

    def _note_groups(self, ctx: Context, model_ids: dict[str, str], result: dict[str, Any]) -> None:
        from modelyard.models.verbs import note_groups
        from modelyard.workflows.group_reports import group_reports

        graph = Graph.read(self.graph)
        keys = {node_id: step["key"] for node_id, step in result["nodes"].items()}
        for node_id, model_id in model_ids.items():
            if reports := group_reports(ctx, graph, keys, node_id):
                note_groups(ctx, model_id, reports)

    def _dataset_of(self, node_id: str) -> tuple[str | None, FrozenDataset | None]:
        from modelyard.workflows.frozen import dataset_nodes

        graph = Graph.read(self.graph)
        before = with_ancestors(graph, [node_id])
        found = next((node.dataset for at, node in dataset_nodes(graph) if at in before), None)
        return found, (self.datasets or {}).get(found or "")


def _refuse_problems(problems: list[Problem], wanted: set[str]) -> None:
    """Raise Invalid with a field per error that stands in the way of the wanted nodes."""
    errors = [p for p in problems if p.severity == "error" and (p.node is None or p.node in wanted)]
    if not errors:
        return
    fields = [FieldError(_path(problem), problem.message) for problem in errors]
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    raise Invalid(f"The workflow cannot run yet: {errors[0].message}{more}", fields=fields)


def _path(problem: Problem) -> tuple[str, ...]:
    node = ("nodes", problem.node) if problem.node is not None else ()
    return ("graph", *node, *(problem.field.split(".") if problem.field else ()))
