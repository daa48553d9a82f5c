"""What a run freezes when it is submitted: datasets by content, and the graph with every default filled in."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.columns import Schema
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.models.checkpoints import frozen_checkpoints
from modelyard.workflows.check import Datasets, parse_node
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.values import DatasetFacts


class FrozenDataset(BaseModel):
    """A dataset as a run uses it, whatever happens to the dataset's row later."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="Its name when the run was submitted.")
    content_hash: str = Field(description="The rows.")
    schema_hash: str = Field(description="The artifact with columns, target and task.")

    @classmethod
    def of(cls, facts: DatasetFacts, artifacts: ArtifactStore) -> "FrozenDataset":
        """Freeze a dataset that is ready."""
        if facts.schema is None or facts.content_hash is None:
            raise Invalid(f"The dataset {facts.name!r} is not ready.")
        schema_hash = artifacts.put_bytes(facts.schema.model_dump_json().encode()).hash
        return cls(name=facts.name, content_hash=facts.content_hash, schema_hash=schema_hash)

    def schema_of(self, artifacts: ArtifactStore) -> Schema:
        """Return columns, target and task."""
        return Schema.model_validate_json(artifacts.read_bytes(self.schema_hash))


def resolved(graph: Graph, datasets: Datasets) -> Graph:
    """Return the graph whose dataset nodes name their target, which a later change of the dataset's own cannot move."""
    changes: dict[str, dict[str, str | None]] = {}
    for node_id, node in dataset_nodes(graph):
        facts = datasets(node.dataset) if node.dataset else None
        if node.target is None and facts and facts.schema:
            schema = node.schema_from(facts.schema)
            changes[node_id] = {"target": schema.target, **({"task": schema.task} if schema.task else {})}
    return graph.with_parameters(changes)


def with_checkpoints(graph: Graph, ctx: Context) -> Graph:
    """Return the graph whose engines name the exact files of the checkpoints that they fine-tune.

    Raise Invalid, with the node, for a checkpoint that is not there or not the actor's.
    """
    changes: dict[str, dict[str, Any]] = {}
    for node in graph.nodes:
        try:
            found = frozen_checkpoints(ctx, node.parameters)
            changes |= {node.id: found} if found != node.parameters else {}
        except Invalid as error:
            path = ("graph", "nodes", node.id, "engine", "checkpoint")
            raise Invalid(error.message, hint=error.hint, fields=[FieldError(path, error.message)]) from None
    return graph.with_parameters(changes)


def dataset_nodes(graph: Graph) -> Iterator[tuple[str, DatasetNode]]:
    """Yield the dataset nodes whose parameters are valid, with their ids."""
    for document in graph.nodes:
        if document.kind == DatasetNode.kind_name():
            try:
                node = parse_node(document)
            except Invalid:
                continue  # a problem of the graph, told by `check`
            if isinstance(node, DatasetNode):
                yield document.id, node


def contents(graph: Graph, datasets: Datasets) -> Mapping[str, str]:
    """Return the content hash of each dataset that the graph uses and that is ready."""
    used = {node.dataset for _, node in dataset_nodes(graph) if node.dataset}
    found = {dataset_id: datasets(dataset_id) for dataset_id in used}
    return {dataset_id: facts.content_hash for dataset_id, facts in found.items() if facts and facts.content_hash}
