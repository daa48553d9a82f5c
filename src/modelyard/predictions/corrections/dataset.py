"""Corrections as a dataset: the columns of training with the right target, to be trained on."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype
from modelyard.data.ownership import visible_datasets
from modelyard.data.storage import local_copy
from modelyard.data.table_writing.write import write_table
from modelyard.data.tables import Dataset
from modelyard.data.verbs import create_dataset_from_file
from modelyard.endpoints.verbs import get_endpoint
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import Conflict
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.predictions.corrections.cells import dtype_of_classes, targets, typed
from modelyard.predictions.corrections.ownership import corrected_model, visible_corrections
from modelyard.predictions.corrections.tables import Correction

if TYPE_CHECKING:
    import polars as pl

FILENAME = "corrections.parquet"


@dataclass(frozen=True)
class _Plan:
    """What the dataset is called and made of; `training` is a local file of the rows that the model was trained on."""

    name: str
    target: str
    is_classes: bool
    inputs: tuple[str, ...]
    columns: dict[str, Dtype]
    rows: Sequence[tuple[dict[str, Any], Any]]
    training: Path | None


def make_dataset(yard: Yard, actor: Actor, endpoint_id: str, *, append: bool = False) -> Dataset:
    """Make a dataset of an endpoint's corrections, named and typed as in training; a run then reads and profiles it.

    Of equal rows the last word counts. `append` puts the rows of training before, without those whose inputs were
    corrected. Raises Conflict when there is nothing to make it of. Nobody waits for the database while rows are
    written.
    """
    yard.settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=yard.settings.scratch) as folder:
        path = Path(folder) / FILENAME
        with yard.context(actor, writes=False) as ctx:
            ctx.require("data:write")
            plan = _planned(ctx, endpoint_id, append=append)
        _write(plan, path)
        with yard.context(actor) as ctx:
            return create_dataset_from_file(ctx, plan.name, path, filename=FILENAME, target=plan.target)


def _planned(ctx: Context, endpoint_id: str, *, append: bool) -> _Plan:
    endpoint = get_endpoint(ctx, endpoint_id)
    model = corrected_model(ctx, endpoint)
    chosen = visible_corrections(ctx).where(Correction.endpoint_id == endpoint.id)
    newest_first = chosen.order_by(Correction.created_at.desc(), Correction.id.desc())
    found = ctx.session.execute(newest_first.with_only_columns(Correction.inputs, Correction.correct))
    rows = [(inputs, correct) for inputs, correct in found]
    if not rows:
        hint = "Correct or confirm answers in the history or in a batch first."
        raise Conflict(f"Nothing that {endpoint.name!r} answered is corrected yet.", hint=hint)
    trained_on = _trained_on(ctx, model)
    if append and trained_on is None:
        hint = "Make a dataset of the corrections alone."
        raise Conflict(f"The dataset that {model.name!r} was trained on is gone.", hint=hint)
    training = None
    if append and trained_on is not None:
        training = local_copy(ctx.artifacts, ctx.settings, trained_on.content_hash or "")
    return _Plan(
        name=f"{trained_on.name} with corrections" if training and trained_on else f"Corrections of {endpoint.name}",
        target=model.target,
        is_classes=model.task == "classification",
        inputs=tuple(item["name"] for item in model.signature["inputs"]),
        columns=_columns(model, trained_on),
        rows=rows,
        training=training,
    )


def _trained_on(ctx: Context, model: Model) -> Dataset | None:
    """Return the dataset of the model's training, when it is still there and has all that the model takes."""
    chosen = visible_datasets(ctx).where(Dataset.id == model.dataset_id, Dataset.state == "ready")
    dataset = ctx.session.scalar(chosen) if model.dataset_id else None
    wanted = {model.target, *(item["name"] for item in model.signature["inputs"])}
    return dataset if dataset is not None and wanted <= set(dataset.schema.names) else None


def _columns(model: Model, trained_on: Dataset | None) -> dict[str, Dtype]:
    """Return the columns of training in their order, those that the model does not use too: nodes may name them."""
    if trained_on is not None:
        return {column.name: column.dtype for column in trained_on.schema_columns}
    classes = model.signature["output"]["classes"]
    target: Dtype = "float" if classes is None else dtype_of_classes(classes)
    return {**{item["name"]: item["dtype"] for item in model.signature["inputs"]}, model.target: target}


def _write(plan: _Plan, path: Path) -> None:
    corrected = _corrected(plan)
    if not corrected.height:
        hint = "Correct rows that say something: these have no values that the model can read."
        raise Conflict("None of the corrected rows has a value.", hint=hint)
    with path.open("wb") as file:
        write_table(_frames(plan, corrected), "parquet", file)


def _corrected(plan: _Plan) -> "pl.DataFrame":
    """Return the corrected rows, the oldest first; of those with equal inputs the newest, of empty ones none."""
    import polars as pl

    given = [inputs for inputs, _ in plan.rows]
    columns = [
        _target(plan, dtype) if name == plan.target else typed(name, [row.get(name) for row in given], dtype)
        for name, dtype in plan.columns.items()
    ]
    frame = pl.DataFrame(columns)
    if not plan.inputs:
        return frame.reverse()
    is_empty = pl.all_horizontal(pl.col(name).is_null() for name in plan.inputs)
    return frame.filter(~is_empty).unique(subset=list(plan.inputs), keep="first", maintain_order=True).reverse()


def _target(plan: _Plan, dtype: Dtype) -> "pl.Series":
    right = [correct for _, correct in plan.rows]
    return targets(plan.target, right, dtype) if plan.is_classes else typed(plan.target, right, dtype)


def _frames(plan: _Plan, corrected: "pl.DataFrame") -> "Iterator[pl.DataFrame]":
    """Yield the rows of training whose inputs were not corrected, some at a time, then the corrected ones."""
    import polars as pl

    for rows in _training(plan.training) if plan.training is not None else ():
        # A whole-number column may have got 3.5, and a target of numbers a class with a name.
        kinds = {name: kind for name, kind in corrected.schema.items() if rows.schema[name] != kind}
        casts = [pl.col(name).cast(kind) for name, kind in kinds.items()]
        alike = rows.with_columns(casts).select(corrected.columns)
        if plan.inputs:
            alike = alike.join(corrected, on=list(plan.inputs), how="anti", nulls_equal=True, maintain_order="left")
        if alike.height:
            yield alike
    yield corrected


def _training(path: Path) -> "Iterator[pl.DataFrame]":
    """Yield the rows of a dataset, a row group in memory at a time."""
    import polars as pl
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for index in range(file.num_row_groups):
            frame = pl.from_arrow(file.read_row_group(index))
            assert isinstance(frame, pl.DataFrame)
            yield frame
