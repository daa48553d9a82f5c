"""Taking workflows out as files and in again: datasets are matched by content, or asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from modelyard.data.catalogue import find_sample
from modelyard.data.ownership import visible_datasets
from modelyard.data.tables import Dataset
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.workflows.exchange import DatasetStamp, Exchange, Stamped, exported, read_exchange
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.ownership import facts_of, find_version, find_workflow
from modelyard.workflows.references import dataset_ids, with_datasets
from modelyard.workflows.tables import Workflow
from modelyard.workflows.verbs import create_workflow

MatchedBy = Literal["content", "sample", "name"]


@dataclass(frozen=True)
class Match:
    """A dataset of this yard for one of the file; by name alone it is a proposal that somebody must confirm."""

    dataset: Dataset
    by: MatchedBy

    @property
    def is_sure(self) -> bool:
        """Whether it is taken without asking."""
        return self.by != "name"


@dataclass(frozen=True)
class Wanted:
    """A dataset that the file names, and what this yard has for it; a sample can be added when it has none."""

    key: str
    stamp: DatasetStamp
    match: Match | None
    can_add_sample: bool


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file would do."""

    exchange: Exchange
    datasets: list[Wanted]
    unknown_kinds: list[str]


def export_workflow(ctx: Context, workflow_id: str, *, version: int | None = None) -> Exchange:
    """Return a workflow, or an earlier version of it, as a file."""
    ctx.require("workflows:read")
    workflow = find_workflow(ctx, workflow_id)
    saved = find_version(ctx, workflow.id, version) if version is not None else workflow
    return exported(saved.name, Graph.read(saved.graph), lambda dataset_id: _stamped(ctx, dataset_id))


def plan_import(ctx: Context, document: Any) -> ImportPlan:
    """Return what importing the file would do, without doing it; raise Invalid for what is no workflow file."""
    ctx.require("workflows:read")
    exchange = read_exchange(document)
    wanted = [_wanted(ctx, key, stamp) for key, stamp in exchange.datasets.items()]
    kinds = dict.fromkeys(node.kind for node in exchange.graph.nodes)
    return ImportPlan(exchange, wanted, [kind for kind in kinds if family("node").get(kind) is None])


def import_workflow(
    ctx: Context, document: Any, *, name: str = "", datasets: Mapping[str, str | None] | None = None
) -> Workflow:
    """Make a workflow of a file.

    `datasets` says which dataset of this yard (or none) stands for which of the file's; those it leaves out are
    matched by content or sample. A node whose dataset is not here asks for one.
    """
    ctx.require("workflows:write")
    plan = plan_import(ctx, document)
    chosen = _chosen(ctx, plan, datasets or {})
    known = {dataset_id: dataset_id for dataset_id in dataset_ids(plan.exchange.graph) if _dataset(ctx, dataset_id)}
    graph = with_datasets(plan.exchange.graph, lambda named: chosen.get(named, known.get(named)))
    return create_workflow(ctx, name or plan.exchange.name, graph=_with_targets(ctx, plan.exchange, graph))


def _stamped(ctx: Context, dataset_id: str) -> Stamped | None:
    row = _dataset(ctx, dataset_id)
    return Stamped(facts_of(row), row.sample) if row else None


def _dataset(ctx: Context, dataset_id: str) -> Dataset | None:
    return ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == dataset_id))


def _wanted(ctx: Context, key: str, stamp: DatasetStamp) -> Wanted:
    match = _match(ctx, stamp)
    is_sample = bool(stamp.sample and find_sample(stamp.sample))
    return Wanted(key, stamp, match, can_add_sample=is_sample and not (match and match.is_sure))


def _match(ctx: Context, stamp: DatasetStamp) -> Match | None:
    """Return the newest dataset with the same rows, or of the same sample, or of the same name."""
    attempts: list[tuple[MatchedBy, Any, str | None]] = [
        ("content", Dataset.content_hash, stamp.content_hash),
        ("sample", Dataset.sample, stamp.sample),
        ("name", Dataset.name, stamp.name),
    ]
    for by, column, value in attempts:
        if value is not None:
            query = visible_datasets(ctx).where(column == value, Dataset.state != "failed")
            if (row := ctx.session.scalars(query.order_by(Dataset.id.desc()).limit(1)).first()) is not None:
                return Match(row, by)
    return None


def _chosen(ctx: Context, plan: ImportPlan, given: Mapping[str, str | None]) -> dict[str, str | None]:
    chosen = {each.key: each.match.dataset.id if each.match and each.match.is_sure else None for each in plan.datasets}
    for key, dataset_id in given.items():
        if key not in chosen:
            message = f"The file names no dataset {key[:64]!r}."
            raise Invalid(message, fields=[FieldError(("datasets", key[:64]), message)])
        if dataset_id is not None and _dataset(ctx, dataset_id) is None:
            raise NotFound(f"There is no dataset {dataset_id[:64]!r}.")
        chosen[key] = dataset_id
    return chosen


def _with_targets(ctx: Context, exchange: Exchange, graph: Graph) -> Graph:
    """Return the graph in which a node that took its dataset's own target still predicts the same column."""
    targets: dict[str, dict[str, Any]] = {}
    for node, before in zip(graph.nodes, exchange.graph.nodes, strict=True):
        stamp = exchange.datasets.get(str(before.parameters.get("dataset")))
        dataset_id = node.parameters.get("dataset")
        if node.kind != DatasetNode.kind_name() or not stamp or not dataset_id:
            continue
        if node.parameters.get("target") or node.parameters.get("task") == "clustering":
            continue
        row = _dataset(ctx, dataset_id)
        if stamp.target and row is not None and row.target != stamp.target:
            targets[node.id] = {"target": stamp.target}
    return graph.with_parameters(targets)
