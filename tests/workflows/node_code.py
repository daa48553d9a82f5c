"""A node's exported code, executed beside the node itself."""

from typing import Any

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from modelyard.data.frames import Table
from modelyard.workflows.export import HELPERS, IMPORTS
from modelyard.workflows.export_preparing import PREPARING
from modelyard.workflows.node import Node
from modelyard.workflows.nodes._rows import LeavesRowsOut, only


def after_node(node: Node, table: Table) -> Table:
    """Return what a run gives: learned from training rows, applied to all, rows left out."""
    learned = node.learn(table.rows("train"))
    if isinstance(node, LeavesRowsOut) and node.leaves_rows_out():
        stays = node.staying(table, learned)
        return only(table, stays if table.split is None else stays | (table.split != "train"))
    return node.apply(table, learned)


def after_code(node: Node, table: Table) -> dict[str, Any]:
    """Return the variables of a script when it has executed the node's code."""
    splitting = table.schema.splitting
    by = splitting.column if splitting else None
    state: dict[str, Any] = {
        "np": np,
        "pl": pl,
        "frame": table.frame,
        "split": table.split,
        "time": by if splitting and splitting.method == "time" else None,
        "fold_key": (splitting.method, table.frame[by]) if splitting and by else None,
        "train": table.rows("train").frame,
        "target": table.schema.target,
        "task": table.schema.task,
        "kinds": {column.name: column.kind for column in table.schema.columns},
    }
    imports = [f"from {module} import {name}" for module, names in IMPORTS.items() for name in names]
    program = [*imports, "import math", *HELPERS.values(), *PREPARING.values(), node.code()]
    exec("\n".join(program), state)
    return state


def assert_code_does_the_same(node: Node, table: Table) -> Table:
    """Compare names in their order, kinds and values to 1e-9; return what the node gave."""
    ours, theirs = after_node(node, table), after_code(node, table)
    frame: pl.DataFrame = theirs["frame"]
    # Trees draw columns by their places: in another order they would be other trees.
    assert frame.columns == ours.frame.columns
    assert_frame_equal(
        ours.frame.with_columns(pl.selectors.numeric().cast(pl.Float64)),
        frame.with_columns(pl.selectors.numeric().cast(pl.Float64)),
        abs_tol=1e-9,
        rel_tol=1e-9,
    )
    if ours.split is not None:
        assert ours.split.to_list() == theirs["split"].to_list()
    kinds = theirs["kinds"]
    assert {column.name: column.kind for column in ours.schema.columns} == {n: kinds[n] for n in frame.columns}
    return ours
