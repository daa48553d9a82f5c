"""Which nodes an engine needs before it, for a table as it is; and the members that suit most tables."""

from typing import Any, Literal

from modelyard.data.columns import Schema
from modelyard.data.frames import Table
from modelyard.kernel.kinds import family

Style = Literal["native", "ordinal", "dense"]
"""`native`: missing values and categories stay as they are; `ordinal`: filled, categories as numbers, for trees;
`dense`: filled, one column per category, all on one scale, for linear engines, neighbours and networks."""

MAX_TEXTS = 3
"""Columns of text that become numbers; a table with more has them read as categories rarely worth the columns."""
TEXT_COMPONENTS: dict[Style, int] = {"native": 48, "ordinal": 48, "dense": 150}


def usable(schema: Schema) -> Schema:
    """Return the columns that something can be learned from: neither identifiers nor constant ones, nor the groups."""
    splitting = schema.splitting
    groups = {splitting.column} if splitting is not None and splitting.method == "group" else set()
    unread = set() if family("node").get("text_features") else {c.name for c in schema.features if c.kind == "text"}
    gone = {c.name for c in schema.features if c.kind in ("id", "constant") or c.name in groups} | unread
    return schema.without(gone)


def preparation(style: Style, schema: Schema, *, max_categories: int = 100) -> list[dict[str, Any]]:
    """Return the documents of the nodes that make the columns of `schema` fit for engines of this style."""
    kinds = {column.kind for column in schema.features}
    dtypes = {column.dtype for column in schema.features if column.kind == "date"}
    nodes: list[dict[str, Any]] = []
    if "date" in kinds:
        parts = ["year", "month", "week", "day", "weekday", "day_of_year"]
        parts += ["hour", "minute"] if "datetime" in dtypes else []
        cyclic = {"cyclic": True} if style == "dense" else {}
        nodes.append({"kind": "date_features", "parts": parts, "elapsed_days": True, **cyclic})
    if "text" in kinds:
        nodes += text_nodes(style, schema)
    if style == "native":
        return nodes
    gaps = [column.name for column in schema.features if column.kind == "number" and column.missing_fraction]
    if gaps:
        nodes.append({"kind": "fill_missing", "columns": gaps, "category": "leave", "indicator": True})
    # Missing is a category of its own: one_hot makes it one, ordinal needs a word for it.
    words = "constant" if style == "ordinal" else "leave"
    nodes.append({"kind": "fill_missing", "number": "median", "category": words})
    if "category" in kinds:
        nodes.append(
            {"kind": "encode_categories", "method": "ordinal"}
            if style == "ordinal"
            else {"kind": "encode_categories", "method": "one_hot", "max_categories": max_categories}
        )
    if style == "dense":
        nodes.append({"kind": "scale", "method": "standard"})
    return nodes


def text_nodes(style: Style, schema: Schema) -> list[dict[str, Any]]:
    """Return the nodes that turn text into numbers."""
    return []


def standard_members(table: Table) -> list[dict[str, Any]]:
    """Return three members of different kinds, as documents, for the rows of `table`."""
    schema = table.schema
    is_class = schema.task == "classification"
    linear: dict[str, Any] = {"kind": "logistic_regression"} if is_class else {"kind": "linear_regression"}
    trees = "extra_trees" if family("engine").get("extra_trees") else "random_forest"
    return [
        {
            "engine": {"kind": "lightgbm", "learning_rate": 0.05, "n_estimators": 200},
            "nodes": preparation("native", schema),
        },
        {"engine": {"kind": trees, "n_estimators": 200}, "nodes": preparation("ordinal", schema)},
        {"engine": linear, "nodes": preparation("dense", schema)},
    ]
