"""Which nodes an engine needs before it, for a table as it is; and the members that suit most tables."""

from typing import Any, Literal

from modelyard.data.columns import Schema

Style = Literal["native", "ordinal", "dense"]
"""`native`: missing values and categories stay as they are; `ordinal`: filled, categories as numbers, for trees;
`dense`: filled, one column per category, all on one scale, for linear engines, neighbours and networks."""

MAX_TEXTS = 3
"""Columns of text that become numbers; further ones are left out, as each costs as much as a table of its own."""
MAX_TERMS: dict[Style, int] = {"native": 4000, "ordinal": 4000, "dense": 1500}
"""Terms of all texts together. A column per term predicts best with a linear engine, but every one costs time in each
prediction (reviews: AUC 0.888 with 1 000 words, 0.892 with 2 000 words and pairs, five times slower)."""
TREE_COMPONENTS = 40
"""Columns that a text is condensed into for trees."""
MANY_VALUES = 30
"""Categories of a column from which their places in an order say too little to trees: they become target means."""


def usable(schema: Schema) -> Schema:
    """Return the columns that something can be learned from: neither identifiers nor constant ones, nor the groups."""
    splitting = schema.splitting
    groups = {splitting.column} if splitting is not None and splitting.method == "group" else set()
    unread = [c.name for c in schema.features if c.kind == "text"][MAX_TEXTS:]
    gone = {c.name for c in schema.features if c.kind in ("id", "constant") or c.name in groups}.union(unread)
    return schema.without(gone)


def preparation(style: Style, schema: Schema, *, max_categories: int = 100) -> list[dict[str, Any]]:
    """Return the documents of the nodes that make the columns of `schema` fit for engines of this style."""
    kinds = {column.kind for column in schema.features}
    nodes = _dates(style, schema) if "date" in kinds else []
    if style != "native":
        nodes += _filled(style, schema)
    if style == "dense":
        nodes.append({"kind": "scale", "method": "standard"})
    if style != "native" and "category" in kinds:
        nodes += _encoded(style, schema, max_categories)
    if "text" in kinds:
        nodes += _texts(style, schema)
    return nodes


def _dates(style: Style, schema: Schema) -> list[dict[str, Any]]:
    has_clock = any(column.dtype == "datetime" for column in schema.features)
    parts = ["year", "month", "week", "day", "weekday", "day_of_year", *(("hour", "minute") if has_clock else ())]
    cyclic = {"cyclic": True} if style == "dense" else {}
    return [{"kind": "date_features", "parts": parts, "elapsed_days": True, **cyclic}]


def _filled(style: Style, schema: Schema) -> list[dict[str, Any]]:
    gaps = [column.name for column in schema.features if column.kind == "number" and column.missing_fraction]
    told = [{"kind": "fill_missing", "columns": gaps, "category": "leave", "indicator": True}] if gaps else []
    # Missing is a category of its own: one_hot makes it one, ordinal needs a word for it.
    words = "constant" if style == "ordinal" else "leave"
    return [*told, {"kind": "fill_missing", "number": "median", "category": words}]


def _encoded(style: Style, schema: Schema, max_categories: int) -> list[dict[str, Any]]:
    if style == "dense":
        return [{"kind": "encode_categories", "method": "one_hot", "max_categories": max_categories}]
    splitting = schema.splitting
    is_by_chance = splitting is None or splitting.method in ("random", "stratified")
    many = [c.name for c in schema.features if c.kind == "category" and (c.n_unique or 0) > MANY_VALUES]
    by_target = [{"kind": "encode_categories", "method": "target", "columns": many}] if many and is_by_chance else []
    return [*by_target, {"kind": "encode_categories", "method": "ordinal"}]


def _texts(style: Style, schema: Schema) -> list[dict[str, Any]]:
    """Words: a column per term for linear engines, condensed for trees."""
    columns = [column.name for column in schema.features if column.kind == "text"][:MAX_TEXTS]
    of_each = MAX_TERMS[style] // len(columns)
    reduced = None if style == "dense" else TREE_COMPONENTS
    return [{"kind": "tfidf", "columns": columns, "max_terms": of_each, "reduce_to": reduced}]


def standard_members(schema: Schema) -> list[dict[str, Any]]:
    """Return three members of different kinds, as documents, for rows with these columns."""
    linear = "logistic_regression" if schema.task == "classification" else "linear_regression"
    boosting = {"kind": "lightgbm", "learning_rate": 0.05, "n_estimators": 200}
    return [
        {"engine": boosting, "nodes": preparation("native", schema)},
        {"engine": {"kind": "extra_trees", "n_estimators": 200}, "nodes": preparation("ordinal", schema)},
        {"engine": {"kind": linear}, "nodes": preparation("dense", schema)},
    ]
