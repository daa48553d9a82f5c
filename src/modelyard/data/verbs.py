"""What can be done with datasets: take in, list, look at, rename, aim at a target, delete."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from modelyard.data.catalogue import find_sample
from modelyard.data.columns import Schema
from modelyard.data.formats import detect
from modelyard.data.jobs.intake import Intake
from modelyard.data.jobs.profile import ProfileDataset
from modelyard.data.ownership import visible_datasets
from modelyard.data.previews import Rows, read_rows
from modelyard.data.storage import local_copy
from modelyard.data.suggestions import task_for
from modelyard.data.tables import Dataset
from modelyard.data.uploads import Staging
from modelyard.kernel.artifacts import CHUNK_BYTES, ArtifactStore
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.runs.tables import Run
from modelyard.runs.verbs import cancel_run, submit, visible_runs

if TYPE_CHECKING:
    import polars as pl

MAX_NAME_LENGTH = 200


def create_dataset(
    ctx: Context, name: str, source: BinaryIO | IO[bytes], *, filename: str, target: str | None = None
) -> Dataset:
    """Stage a stream's bytes and queue their reading; raise before anything is stored when they are over a limit."""
    ctx.require("data:write")
    with Staging(ctx.settings) as staging:
        while chunk := source.read(CHUNK_BYTES):
            staging.write(chunk)
        return create_dataset_from_file(ctx, name, staging.finish(), filename=filename, target=target)


def create_dataset_from_file(
    ctx: Context, name: str, path: Path, *, filename: str, target: str | None = None, sample: str | None = None
) -> Dataset:
    """Keep a local file's bytes as an artifact and queue their reading; the dataset is `reading` until the run ends.

    Raises UnreadableFile at once for what no reader could take. `target` may name a column that turns out not to be
    there: the dataset is read all the same and says so in a warning.
    """
    owner_id = ctx.require("data:write")
    detected = detect(path, ctx.settings)
    blob = ctx.artifacts.put_file(path)
    dataset = Dataset(
        id=new_id("ds"),
        owner_id=owner_id,
        name=_clean_name(name) or _clean_name(Path(filename).name.split(".")[0]) or "Dataset",
        state="reading",
        filename=Path(filename).name[:255],
        format=detected.format,
        size_bytes=blob.size_bytes,
        upload_hash=blob.hash,
        sample=sample,
        created_at=ctx.clock(),
    )
    ctx.session.add(dataset)
    ctx.session.flush()
    run = submit(ctx, Intake(dataset=dataset.id, upload=blob.hash, filename=dataset.filename, target=target))
    dataset.run_id = run.id
    ctx.session.flush()
    return dataset


def list_datasets(ctx: Context, *, search: str = "", limit: int = 50, cursor: str | None = None) -> list[Dataset]:
    """Return datasets whose name holds `search`, newest first; `cursor` is the id of the last one already seen."""
    ctx.require("data:read")
    query = visible_datasets(ctx)
    if search:
        query = query.where(Dataset.name.icontains(search, autoescape=True))
    if cursor:
        query = query.where(Dataset.id < cursor)
    return list(ctx.session.scalars(query.order_by(Dataset.id.desc()).limit(limit)))


def get_dataset(ctx: Context, dataset_id: str) -> Dataset:
    """Return one dataset; raise NotFound."""
    ctx.require("data:read")
    dataset = ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == dataset_id))
    if dataset is None:
        raise NotFound(f"There is no dataset {dataset_id!r}.")
    return dataset


def rename_dataset(ctx: Context, dataset_id: str, name: str) -> Dataset:
    """Give the dataset another name."""
    ctx.require("data:write")
    dataset = get_dataset(ctx, dataset_id)
    cleaned = _clean_name(name)
    if not cleaned:
        raise Invalid("A dataset needs a name.", fields=[FieldError(("name",), "A dataset needs a name.")])
    dataset.name = cleaned
    return dataset


def set_target(ctx: Context, dataset_id: str, target: str | None) -> Dataset:
    """Say which column is to be predicted (None: no one yet); a run then measures how the others go with it."""
    ctx.require("data:write")
    dataset = _ready(ctx, dataset_id)
    if target == dataset.target:
        return dataset
    column = dataset.schema.get(target) if target is not None else None
    if target is not None and column is None:
        message = f"There is no column {target!r}."
        raise Invalid(message, fields=[FieldError(("target",), message)])
    dataset.target = target
    dataset.task = task_for(column) if column else None
    dataset.run_id = submit(ctx, ProfileDataset(dataset=dataset.id, target=target)).id
    ctx.session.flush()
    return dataset


def delete_dataset(ctx: Context, dataset_id: str) -> None:
    """Remove the dataset and its bytes; a run that is reading it is cancelled. Models made from it stay."""
    ctx.require("data:write")
    dataset = get_dataset(ctx, dataset_id)
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == dataset.run_id)) if dataset.run_id else None
    ctx.session.delete(dataset)
    ctx.session.flush()
    if run is not None and not run.is_final:
        cancel_run(ctx, run.id)
    forget_after_commit(ctx, (dataset.upload_hash, dataset.content_hash, dataset.profile_hash))


def dataset_profile(ctx: Context, dataset_id: str) -> dict[str, Any]:
    """Return the profile document; associations are empty while a new target is being measured."""
    ctx.require("data:read")
    dataset = _ready(ctx, dataset_id)
    profile: dict[str, Any] = json.loads(ctx.artifacts.read_bytes(dataset.profile_hash or ""))
    if profile["target"] != dataset.target:
        for column in profile["columns"]:
            column["target_association"] = None
    return profile


def preview_rows(
    ctx: Context, dataset_id: str, *, offset: int = 0, limit: int = 100, columns: Sequence[str] = ()
) -> Rows:
    """Return rows `offset` … `offset + limit` of the named columns (none named: the first 200)."""
    ctx.require("data:read")
    dataset = _ready(ctx, dataset_id)
    schema = dataset.schema
    unknown = [name for name in columns if schema.get(name) is None]
    if unknown:
        message = f"There is no column {unknown[0]!r}."
        raise Invalid(message, fields=[FieldError(("columns",), message)])
    path = local_copy(ctx.artifacts, ctx.settings, dataset.content_hash or "")
    return read_rows(path, offset=offset, limit=limit, columns=columns or schema.names[:200])


def dataset_file(ctx: Context, dataset_id: str) -> tuple[Dataset, Path]:
    """Return a dataset with a local file of its rows as Parquet, to be read soon."""
    ctx.require("data:read")
    dataset = _ready(ctx, dataset_id)
    return dataset, local_copy(ctx.artifacts, ctx.settings, dataset.content_hash or "")


def named_columns(ctx: Context, dataset_id: str, given: Sequence[str]) -> list[str]:
    """Return the column names in `given`, where an entry may be several of them separated by commas."""
    ctx.require("data:read")
    schema = get_dataset(ctx, dataset_id).schema
    return [name for entry in given for name in ([entry] if schema.get(entry) else entry.split(",")) if name]


def add_sample(ctx: Context, key: str) -> Dataset:
    """Return the actor's copy of a sample; it is added when there is none, or when adding it failed before."""
    ctx.require("data:write")
    sample = find_sample(key)
    if sample is None:
        raise NotFound(f"There is no sample {key!r}.")
    copies = visible_datasets(ctx).where(Dataset.sample == key, Dataset.state != "failed")
    found = ctx.session.scalars(copies.order_by(Dataset.id.desc()).limit(1)).first()
    return found or create_dataset_from_file(
        ctx, sample.name, sample.path, filename=sample.file, target=sample.target, sample=key
    )


def dataset_schema(ctx: Context, dataset_id: str) -> Schema:
    """Return columns, target and task of a dataset that is ready; raise Conflict while it is being read."""
    ctx.require("data:read")
    return _ready(ctx, dataset_id).schema


def load_frame(artifacts: ArtifactStore, content_hash: str, scratch: Path) -> "pl.DataFrame":
    """Return all rows, shape (n_rows, n_columns); for child processes, which may import Polars."""
    import polars as pl

    return pl.read_parquet(artifacts.fetch(content_hash, scratch))


def _ready(ctx: Context, dataset_id: str) -> Dataset:
    dataset = get_dataset(ctx, dataset_id)
    if dataset.state == "reading":
        raise Conflict(f"{dataset.name!r} is still being read.", hint="Wait for its run to end, then try again.")
    if dataset.state == "failed":
        raise Conflict(f"{dataset.name!r} could not be read.", hint=(dataset.error or {}).get("hint"))
    return dataset


def _clean_name(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH].strip()
