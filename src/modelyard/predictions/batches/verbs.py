"""What can be done with batches: take in, look at, map, start, resume, rename, delete."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from modelyard.data.formats import detect
from modelyard.endpoints.tables import Endpoint
from modelyard.endpoints.verbs import callable_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.predictions.batches.counting import ask_for, count_rows, made_with, settle_rows
from modelyard.predictions.batches.jobs.check_batch import CheckBatch
from modelyard.predictions.batches.jobs.predict import queue_prediction
from modelyard.predictions.batches.keeping import forget_batch, forget_parts
from modelyard.predictions.batches.ownership import find_batch, to_look, visible_batches
from modelyard.predictions.batches.tables import Batch, BatchState, HeaderChoice
from modelyard.runs.tables import Run
from modelyard.runs.verbs import cancel_run, submit, visible_runs

MAX_NAME_LENGTH = 200


def create_batch(
    ctx: Context,
    endpoint_id: str,
    path: Path,
    *,
    filename: str,
    label: str | None = None,
    header: HeaderChoice = "auto",
    start: bool = False,
    again: bool = False,
) -> tuple[Batch, bool]:
    """Keep a local file's bytes for an endpoint and queue their reading; return the batch, and whether it was there.

    The same bytes for the same version are the batch that there is already (which `start` starts when it is ready),
    unless it failed or `again` asks for another. Raises UnreadableFile at once for what no reader could take.
    """
    owner_id = ctx.require("endpoints:call")
    endpoint = callable_endpoint(ctx, endpoint_id)
    model = served_model(ctx, endpoint)
    detect(path, ctx.settings)
    blob = ctx.artifacts.put_file(path)
    if not again and (known := _same(ctx, endpoint, model, blob.hash, header)) is not None:
        forget_after_commit(ctx, [blob.hash])  # its rows are stored already, unless they are still to be read
        return (start_batch(ctx, known.id) if start and known.is_startable else known), True
    batch = Batch(
        id=new_id("bt"),
        owner_id=owner_id,
        endpoint_id=endpoint.id,
        endpoint_name=endpoint.name,
        model_id=model.id,
        version=model.version,
        signature=model.signature,
        name=_clean(filename) or "Batch",
        filename=Path(filename).name[:255],
        label=_clean(label or "") or None,
        state="reading",
        header=header,
        size_bytes=blob.size_bytes,
        upload_hash=blob.hash,
        columns=[],
        mapping={},
        not_sure_below=endpoint.not_sure_below,
        is_mapped_by_hand=False,
        starts_itself=start,
        n_done=0,
        n_failed=0,
        notes=[],
        warnings=[],
        created_at=ctx.clock(),
    )
    ctx.session.add(batch)
    ctx.session.flush()
    made_with(ctx, batch)
    _check(ctx, batch)
    return batch, False


def list_batches(
    ctx: Context,
    *,
    endpoint_id: str | None = None,
    search: str = "",
    label: str | None = None,
    state: BatchState | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> list[Batch]:
    """Return batches, newest first; `search` looks at names, `cursor` is the id of the last one already seen."""
    ctx.require("endpoints:read")
    query = visible_batches(ctx)
    if endpoint_id:
        query = query.where(Batch.endpoint_id == endpoint_id)
    if search:
        query = query.where(Batch.name.icontains(search, autoescape=True))
    if label is not None:
        query = query.where(Batch.label == label)
    if state is not None:
        query = query.where(Batch.state == state)
    if cursor:
        query = query.where(Batch.id < cursor)
    return list(ctx.session.scalars(query.order_by(Batch.id.desc()).limit(limit)))


def get_batch(ctx: Context, batch_id: str) -> Batch:
    """Return one batch; raise NotFound."""
    ctx.require(to_look(ctx))
    return find_batch(ctx, batch_id)


def runs_of(ctx: Context, batches: Sequence[Batch]) -> dict[str, Run]:
    """Return the runs that work on these batches, by the batch's id."""
    ctx.require(to_look(ctx))
    ids = [batch.run_id for batch in batches if batch.run_id and batch.is_live]
    runs = {run.id: run for run in ctx.session.scalars(visible_runs(ctx).where(Run.id.in_(ids)))} if ids else {}
    return {batch.id: runs[batch.run_id] for batch in batches if batch.run_id in runs}


def expiry_of(ctx: Context, batch: Batch) -> datetime:
    """Return until when a batch is kept."""
    ctx.require(to_look(ctx))
    return batch.created_at + ctx.settings.batches_kept


def change_batch(ctx: Context, batch_id: str, *, name: str | None = None) -> Batch:
    """Give the batch another name."""
    ctx.require("endpoints:call")
    ctx.require("endpoints:read")
    batch = find_batch(ctx, batch_id, is_locked=True)
    if name is not None:
        cleaned = _clean(name)
        if not cleaned:
            raise Invalid("A batch needs a name.", fields=[FieldError(("name",), "A batch needs a name.")])
        batch.name = cleaned
    return batch


def label_batch(ctx: Context, batch_id: str, label: str | None) -> Batch:
    """Say of which product or campaign the batch's rows are; None: of none."""
    ctx.require("endpoints:call")
    ctx.require("endpoints:read")
    batch = find_batch(ctx, batch_id, is_locked=True)
    batch.label = _clean(label or "") or None
    return batch


def map_batch(
    ctx: Context, batch_id: str, mapping: Mapping[str, str | None], *, label_column: str | None = None
) -> Batch:
    """Say which column of the file each input of the model is read from, and check all rows again."""
    ctx.require("endpoints:call")
    ctx.require("endpoints:read")
    batch = find_batch(ctx, batch_id, is_locked=True)
    _require_idle(batch)
    if batch.rows_hash is None:
        raise Conflict(f"{batch.name!r} could not be read.", hint="Upload the file again.")
    if batch.state == "succeeded":
        hint = "Upload the file again with `again=true` to predict it with other columns."
        raise Conflict(f"{batch.name!r} is predicted already.", hint=hint)
    known = {column["name"] for column in batch.columns}
    inputs = [item["name"] for item in batch.signature["inputs"]]
    problems = [
        *(FieldError(("mapping", name), f"The model has no input {name!r}.") for name in mapping if name not in inputs),
        *(
            FieldError(("mapping", name), f"The file has no column {column!r}.")
            for name, column in mapping.items()
            if column is not None and column not in known
        ),
    ]
    if label_column is not None and label_column not in known:
        problems.append(FieldError(("label_column",), f"The file has no column {label_column!r}."))
    if problems:
        raise Invalid(problems[0].message, hint=f"The file has: {', '.join(sorted(known)[:20])}.", fields=problems)
    batch.mapping = {name: mapping.get(name) for name in inputs}
    batch.is_mapped_by_hand = True
    batch.label_column = label_column
    batch.starts_itself = False
    forget_parts(ctx, batch)
    _check(ctx, batch)
    return batch


def start_batch(ctx: Context, batch_id: str) -> Batch:
    """Queue the prediction of a batch that is checked, with the version that its endpoint serves now.

    When that is another version than the file was checked for, it is checked again first and then runs by itself.
    Raises LimitReached when the key that asks has not as many rows left today; the batch stays as it is.
    """
    ctx.require("endpoints:call")
    batch = find_batch(ctx, batch_id, is_locked=True)
    _require_idle(batch)
    if batch.state == "succeeded":
        hint = "Upload the file again with `again=true` to predict it once more."
        raise Conflict(f"{batch.name!r} is predicted already.", hint=hint)
    if batch.rows_hash is None:
        raise Conflict(f"{batch.name!r} could not be read.", hint=(batch.error or {}).get("hint"))
    endpoint = _endpoint_of(ctx, batch)
    model = served_model(ctx, endpoint)
    ask_for(ctx, batch)
    if model.id != batch.model_id:
        batch.model_id, batch.version, batch.signature = model.id, model.version, model.signature
        batch.starts_itself = True
        forget_parts(ctx, batch)
        _check(ctx, batch)
        return batch
    if batch.check is None or batch.check["n_bad"] >= batch.check["n_rows"]:
        raise Invalid(
            f"No row of {batch.name!r} can be predicted.",
            hint="Look at what is wrong with the rows, choose other columns, or correct the file and upload it again.",
        )
    if batch.not_sure_below != endpoint.not_sure_below:
        batch.not_sure_below = endpoint.not_sure_below
        forget_parts(ctx, batch)
    count_rows(ctx, batch)
    queue_prediction(ctx, batch)
    return batch


def resume_batch(ctx: Context, batch_id: str) -> Batch:
    """Go on with a cancelled or failed batch behind the rows that are done, with the version it began with.

    Rows that are done are not counted again; raises LimitReached when the key that asks has not enough left for others.
    """
    ctx.require("endpoints:call")
    batch = find_batch(ctx, batch_id, is_locked=True)
    if batch.state not in ("cancelled", "failed"):
        raise Conflict(f"Only a cancelled or failed batch can be resumed; this one is {batch.state}.")
    ask_for(ctx, batch)
    if batch.rows_hash is None or batch.check is None:
        _check(ctx, batch)
        return batch
    count_rows(ctx, batch)
    queue_prediction(ctx, batch)
    return batch


def delete_batch(ctx: Context, batch_id: str) -> None:
    """Remove the batch with its rows and results; a run that works on it is cancelled."""
    ctx.require("endpoints:write")
    batch = find_batch(ctx, batch_id, is_locked=True)
    run = ctx.session.scalar(visible_runs(ctx).where(Run.id == batch.run_id)) if batch.run_id else None
    settle_rows(ctx, batch)
    forget_batch(ctx, batch)
    if run is not None and not run.is_final:
        cancel_run(ctx, run.id)


def served_model(ctx: Context, endpoint: Endpoint) -> Model:
    """Return the model that an endpoint serves now; raise Invalid when what it serves takes no files."""
    ctx.require("endpoints:call")
    if endpoint.servable_kind != "model":
        raise Invalid(f"{endpoint.name!r} does not take files.", hint="Choose the endpoint of a model.")
    model = ctx.session.scalar(visible_models(ctx).where(Model.id == endpoint.servable_id))
    if model is None:
        raise NotFound(f"The model of {endpoint.name!r} is gone.", hint="Choose another endpoint.")
    return model


def _same(ctx: Context, endpoint: Endpoint, model: Model, upload_hash: str, header: HeaderChoice) -> Batch | None:
    same = visible_batches(ctx).where(
        Batch.endpoint_id == endpoint.id,
        Batch.model_id == model.id,
        Batch.upload_hash == upload_hash,
        Batch.header == header,
        Batch.state != "failed",
    )
    return ctx.session.scalars(same.order_by(Batch.id.desc()).limit(1)).first()


def _check(ctx: Context, batch: Batch) -> None:
    batch.state, batch.error, batch.check, batch.finished_at = "reading", None, None, None
    batch.run_id = submit(ctx, CheckBatch(batch=batch.id)).id
    ctx.session.flush()


def _endpoint_of(ctx: Context, batch: Batch) -> Endpoint:
    try:
        return callable_endpoint(ctx, batch.endpoint_id)
    except NotFound:
        raise Conflict(
            f"The endpoint {batch.endpoint_name!r} was deleted with its model.",
            hint="Results that are there stay. To predict this file, upload it to another endpoint.",
        ) from None


def _require_idle(batch: Batch) -> None:
    if batch.is_live:
        raise Conflict(f"{batch.name!r} is {batch.state}.", hint="Wait for its run to end, or cancel it.")


def _clean(text: str) -> str:
    return " ".join(text.split())[:MAX_NAME_LENGTH].strip()
