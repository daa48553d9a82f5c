"""How a model does for each group of rows, as Evaluate nodes of the same run found: part of the model's record."""

import json
from collections.abc import Mapping
from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.evaluate import Evaluate
from modelyard.workflows.ownership import find_step


def group_reports(ctx: Context, graph: Graph, keys: Mapping[str, str], trained_by: str) -> list[dict[str, Any]]:
    """Return the tables of groups that the run's Evaluate nodes made of the model of one node.

    `keys` holds the step key of each node that the run finished.
    """
    kinds = {node.id: node.kind for node in graph.nodes}
    scoring = [link.to_node for link in graph.connections if link.from_node == trained_by and link.to_node in keys]
    found = []
    for node_id in dict.fromkeys(scoring):
        step = find_step(ctx, keys[node_id]) if kinds.get(node_id) == Evaluate.kind_name() else None
        try:
            result = json.loads(ctx.artifacts.read_bytes(step.result_hash)) if step is not None else {}
        except NotFound:
            continue  # tidied away since: the next run makes it anew
        found += [report for report in result.get("reports", []) if report["id"] == "groups"]
    return found
