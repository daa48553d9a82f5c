"""A workflow as a Python script that needs Polars, NumPy and scikit-learn (and the engine's library) only."""

import re
from collections.abc import Iterator, Mapping

from modelyard.data.columns import Schema
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.nodes.train import Train
from modelyard.workflows.plan import PlannedStep, plan

IMPORTS = {
    "sklearn.impute": ("SimpleImputer",),
    "sklearn.metrics": ("accuracy_score", "f1_score", "r2_score", "root_mean_squared_error"),
    "sklearn.model_selection": ("GroupShuffleSplit", "train_test_split"),
    "sklearn.preprocessing": (
        "MaxAbsScaler",
        "MinMaxScaler",
        "OneHotEncoder",
        "OrdinalEncoder",
        "RobustScaler",
        "StandardScaler",
    ),
}
"""What the code of our nodes may name; only what is used is imported."""

HELPERS = {
    "numbers": '''
def numbers(rows, columns):
    """Return columns as floats; infinite counts as missing."""
    values = rows.select(columns).cast(pl.Float64).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    return values
''',
    "texts": '''
def texts(rows, columns, missing=None):
    """Return columns as they are, with `missing` where a value is missing."""
    filled = [[missing if value is None else value for value in row] for row in rows.select(columns).rows()]
    return np.array(filled, dtype=object).reshape(rows.height, len(columns))
''',
    "bin_labels": '''
def bin_labels(limits):
    """Return the limits of each bin as text, with as many digits as tell them apart."""
    shown = [f"{limit:.6g}" for limit in limits]
    shown = shown if len(set(shown)) == len(shown) else [repr(float(limit)) for limit in limits]
    inner = [f"{low} to {high}" for low, high in zip(shown, shown[1:])]
    return [f"below {shown[0]}", *inner, f"{shown[-1]} or more"] if shown else ["any"]
''',
    "earlier": '''
def earlier(rows, name, lag, time, group=None, known=None, size=1, statistic=None):
    """Return what stood `lag` rows earlier in the series, or a statistic of the `size` rows up to there."""
    value = rows[name] if known is None else rows[name].set(~known, None)
    value = value.set(~value.is_finite(), None) if value.dtype.is_float() else value
    times = rows[time].to_physical().cast(pl.Float64).fill_nan(None)
    groups = rows[group] if group else pl.Series([0] * rows.height)
    series = pl.DataFrame({"group": groups, "time": times, "value": value}).with_row_index("row")
    series = series.drop_nulls("time").sort("group", "time", maintain_order=True)
    seen = pl.col("value")
    if statistic:
        seen = getattr(seen.cast(pl.Float64), f"rolling_{statistic}")(size, min_samples=1).fill_nan(None)
    series = series.with_columns(seen.shift(lag).over("group").alias("seen"))
    series = series.with_columns(pl.col("seen").first().over("group", "time"))
    everything = pl.DataFrame({"row": range(rows.height)}, schema={"row": series["row"].dtype})
    return everything.join(series, on="row", how="left", maintain_order="left")["seen"]
''',
    "matrix": '''
def matrix(rows, features, categories):
    """Return the features as floats; a category becomes its place in the list, one that is not listed is missing."""
    columns = {name: pl.col(name) for name in features}
    for name, listed in categories.items():
        columns[name] = pl.col(name).cast(pl.String).cast(pl.Enum(listed), strict=False).to_physical()
    return rows.select(column.cast(pl.Float64).alias(name) for name, column in columns.items()).to_numpy(order="c")
''',
}

_STATE = "frame, split, time, kinds, target, task"
_MODEL_STATE = f"{_STATE}, estimator, features, categories"


def script(graph: Graph, schemas: Mapping[str, Mapping[str, Schema]]) -> str:
    """Return the script; run it with one Parquet file per dataset, in the order in which they are used."""
    steps = plan(graph)
    blocks = "\n\n".join(_blocks(steps, schemas))
    helpers = "\n".join(text for name, text in HELPERS.items() if re.search(rf"\b{name}\(", blocks))
    datasets = [step.node.dataset for step in steps if isinstance(step.node, DatasetNode)]
    return "\n".join(
        [
            '"""Exported from Modelyard. Give the dataset\'s Parquet file as argument."""',
            "",
            *_imports(blocks),
            helpers,
            f"paths = dict(zip({list(dict.fromkeys(datasets))!r}, sys.argv[1:]))",
            "split = time = None",
            "",
            blocks,
            "",
        ]
    )


def _imports(blocks: str) -> Iterator[str]:
    yield from (f"import {name}" for name in ("json", "math", "sys"))
    yield ""
    yield from ("import numpy as np", "import polars as pl")
    for module, names in IMPORTS.items():
        used = [name for name in names if re.search(rf"\b{name}\b", blocks)]
        if used:
            yield f"from {module} import {', '.join(used)}"


def _blocks(steps: list[PlannedStep], schemas: Mapping[str, Mapping[str, Schema]]) -> Iterator[str]:
    """Yield a block per node; where the graph branches, what a node gave is kept under a name and taken up again."""
    current: str | None = None
    places = {step.id: position for position, step in enumerate(steps)}
    for step in steps:
        lines = [f"# {step.title}"]
        source = next((source for source, _ in step.inputs.values()), None)
        if source is not None and source != current:
            lines.append(f"{_state(steps[places[source]])} = kept_{places[source]}")
        if isinstance(step.node, DatasetNode):
            lines += _source_lines(schemas[step.id]["table"])
        if step.node.is_learning():
            lines.append('train = frame.filter(split == "train")')
        lines.append(step.node.code())
        if step.node.outputs:
            current = step.id
            if sum(step.id == given for other in steps for given, _ in other.inputs.values()) > 1:
                lines += ["kinds = dict(kinds)", f"kept_{places[step.id]} = {_state(step)}"]
        yield "\n".join(line for line in lines if line)


def _state(step: PlannedStep) -> str:
    return _MODEL_STATE if isinstance(step.node, Train) else _STATE


def _source_lines(schema: Schema) -> list[str]:
    kinds = {column.name: column.kind for column in schema.columns}
    return [f"target, task = {schema.target!r}, {schema.task!r}", f"kinds = {kinds!r}"]
