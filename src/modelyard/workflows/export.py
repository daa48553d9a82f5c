"""A workflow as a Python script that needs Polars, NumPy and scikit-learn (and the engine's library) only."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.data.columns import Schema
from modelyard.workflows.export_features import FEATURES
from modelyard.workflows.export_preparing import PREPARING
from modelyard.workflows.export_training import TRAINING
from modelyard.workflows.graph import Graph
from modelyard.workflows.nodes.dataset import DatasetNode
from modelyard.workflows.plan import PlannedStep, plan

IMPORTS = {
    "sklearn.decomposition": ("PCA", "TruncatedSVD"),
    "sklearn.ensemble": ("ExtraTreesClassifier", "ExtraTreesRegressor"),
    "sklearn.feature_extraction.text": ("TfidfVectorizer",),
    "sklearn.feature_selection": ("f_classif", "f_regression", "mutual_info_classif", "mutual_info_regression"),
    "sklearn.feature_extraction": ("FeatureHasher",),
    "sklearn.impute": ("SimpleImputer",),
    "sklearn.metrics": (
        "accuracy_score",
        "davies_bouldin_score",
        "f1_score",
        "r2_score",
        "root_mean_squared_error",
        "silhouette_score",
    ),
    "sklearn.model_selection": (
        "GroupKFold",
        "GroupShuffleSplit",
        "KFold",
        "StratifiedKFold",
        "TimeSeriesSplit",
        "train_test_split",
    ),
    "sklearn.preprocessing": (
        "MaxAbsScaler",
        "MinMaxScaler",
        "OneHotEncoder",
        "OrdinalEncoder",
        "PolynomialFeatures",
        "PowerTransformer",
        "QuantileTransformer",
        "RobustScaler",
        "StandardScaler",
        "TargetEncoder",
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
    "matrix": '''
def matrix(rows, features, categories):
    """Return the features as floats; a category becomes its place in the list, one that is not listed is missing."""
    columns = {name: pl.col(name) for name in features}
    for name, listed in categories.items():
        columns[name] = pl.col(name).cast(pl.String).cast(pl.Enum(listed), strict=False).to_physical()
    return rows.select(column.cast(pl.Float64).alias(name) for name, column in columns.items()).to_numpy(order="c")
''',
}

BEGIN = "split = fold_key = None"
"""What stands before the first node: rows that are not split yet."""
_STATE = "frame, split, fold_key, kinds, target, task"
_MODEL_STATE = f"{_STATE}, estimator, features, categories"


@dataclass(frozen=True)
class Exported:
    """A workflow as Python, in the pieces that a script or a notebook is put together from."""

    imports: str
    helpers: str
    blocks: tuple[tuple[str, str], ...]
    """Title and code of each node, in the order in which they are executed."""
    files: Mapping[str, str]
    """Dataset to the name of its Parquet file; paths come in this order."""

    @property
    def how_to(self) -> str:
        """How the rows get to where the code looks for them."""
        lines = [f"    {file}: GET /api/v1/datasets/{dataset}/file" for dataset, file in self.files.items()]
        there = "Its rows are read from Parquet: “Download” on each dataset's page, or"
        return "\n".join([there, *lines])


def exported(
    graph: Graph,
    schemas: Mapping[str, Mapping[str, Schema]],
    names: Mapping[str, str] | None = None,
    drafts: Mapping[str, dict[str, Any]] | None = None,
) -> Exported:
    """Return the pieces; `names` says what each dataset is called, `drafts` what the nodes that make models made."""
    steps = plan(graph)
    blocks = tuple(_blocks(steps, schemas, drafts or {}))
    code = "\n\n".join(text for _, text in blocks)
    helpers = "\n".join(_helpers(code))
    datasets = dict.fromkeys(
        step.node.dataset for step in steps if isinstance(step.node, DatasetNode) and step.node.dataset
    )
    return Exported("\n".join(_imports(code + helpers)), helpers, blocks, _files(datasets, names or {}))


def script(
    graph: Graph,
    schemas: Mapping[str, Mapping[str, Schema]],
    names: Mapping[str, str] | None = None,
    drafts: Mapping[str, dict[str, Any]] | None = None,
) -> str:
    """Return the script; it takes one Parquet file per dataset, in the order in which they are used."""
    pieces = exported(graph, schemas, names, drafts)
    return "\n".join(
        [
            '"""Exported from Modelyard.',
            "",
            pieces.how_to,
            f"Run: python workflow.py {' '.join(pieces.files.values())}",
            '"""',
            "",
            pieces.imports,
            pieces.helpers,
            f"FILES = {dict(pieces.files)!r}",
            "paths = dict(zip(FILES, sys.argv[1:] or FILES.values()))",
            BEGIN,
            "",
            "\n\n".join(f"# {title}\n{code}" for title, code in pieces.blocks),
            "",
        ]
    )


def _files(datasets: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    files: dict[str, str] = {}
    for dataset in datasets:
        stem = re.sub(r"[^A-Za-z0-9]+", "-", names.get(dataset, dataset)).strip("-").lower()[:60] or "rows"
        taken = sum(file.removesuffix(".parquet").split(".")[0] == stem for file in files.values())
        files[dataset] = f"{stem}.{taken + 1}.parquet" if taken else f"{stem}.parquet"
    return files


def _helpers(blocks: str) -> list[str]:
    """Return the helpers that the blocks call, and those that these call."""
    known, text = HELPERS | FEATURES | PREPARING | TRAINING, blocks
    wanted: dict[str, str] = {}
    while new := [name for name in known if name not in wanted and re.search(rf"\b{name}\b", text)]:
        wanted |= {name: known[name] for name in new}
        text = "\n".join(known[name] for name in new)
    return list(wanted.values())


def _imports(blocks: str) -> Iterator[str]:
    yield from (f"import {name}" for name in ("json", "math", "sys"))
    yield ""
    yield from ("import numpy as np", "import polars as pl")
    for module, names in IMPORTS.items():
        used = [name for name in names if re.search(rf"\b{name}\b", blocks)]
        if used:
            yield f"from {module} import {', '.join(used)}"


def _blocks(
    steps: list[PlannedStep], schemas: Mapping[str, Mapping[str, Schema]], drafts: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield each node's title and code; what is not taken up at once is kept under a name."""
    current: str | None = None
    places = {step.id: position for position, step in enumerate(steps)}
    kept = set(_taken_up_later(steps))
    for step in steps:
        lines = []
        source = _source(step)
        if source is not None and source != current:
            lines += [f"{_state(steps[places[source]])} = kept_{places[source]}", "kinds = dict(kinds)"]
        if isinstance(step.node, DatasetNode):
            lines += _source_lines(schemas[step.id]["table"])
        if step.node.is_learning():
            lines.append('train = frame.filter(split == "train")')
        lines.append(_code(step, schemas, drafts))
        current = step.id if step.node.outputs else source
        if step.id in kept:
            lines += [f"kept_{places[step.id]} = {_state(step)}", "kinds = dict(kinds)"]
        yield _one_line(step.title), "\n".join(line for line in lines if line)


def _source(step: PlannedStep) -> str | None:
    return next((source for source, _ in step.inputs.values()), None)


def _taken_up_later(steps: list[PlannedStep]) -> Iterator[str]:
    """Yield the steps whose result is asked for when that of another was made since."""
    current: str | None = None
    for step in steps:
        source = _source(step)
        if source is not None and source != current:
            yield source
        current = step.id if step.node.outputs else source


def _one_line(title: str) -> str:
    return " ".join(title.split())


def _code(step: PlannedStep, schemas: Mapping[str, Mapping[str, Schema]], drafts: Mapping[str, dict[str, Any]]) -> str:
    if step.id in drafts:
        return step.node.code_found(drafts[step.id])
    came = _came(step, schemas)
    return step.node.code() if came is None else step.node.code_on(came)


def _came(step: PlannedStep, schemas: Mapping[str, Mapping[str, Schema]]) -> Schema | None:
    """Return the schema that reaches a step, if a table does."""
    given = (schemas.get(source, {}).get(port) for source, port in step.inputs.values())
    return next((schema for schema in given if schema is not None), None)


def _state(step: PlannedStep) -> str:
    return _MODEL_STATE if any(port.shape == "model" for port in step.node.outputs) else _STATE


def _source_lines(schema: Schema) -> list[str]:
    kinds = {column.name: column.kind for column in schema.columns}
    return [f"target, task = {schema.target!r}, {schema.task!r}", f"kinds = {kinds!r}"]
