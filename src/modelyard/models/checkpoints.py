"""Checkpoints of language models: brought into the yard as models, and found again when they are fine-tuned."""

import re
from pathlib import Path
from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.models.jobs.add_checkpoint import AddCheckpoint
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model
from modelyard.models.transformers import sources
from modelyard.models.transformers.checkpoint import examine
from modelyard.runs.tables import Run
from modelyard.runs.verbs import submit

_MODEL_ID = re.compile(r"md_\w+")
_FOLDER = re.compile(r"[\w][\w. -]*")


def add_checkpoint_from_zip(
    ctx: Context, path: Path, *, filename: str, name: str = "", max_tokens: int | None = None, is_int8: bool = False
) -> Run:
    """Keep a ZIP of a checkpoint's folder and queue its reading; the run's result names the model."""
    ctx.require("models:write")
    blob = ctx.artifacts.put_file(path)
    shown = Path(filename).name[:255]
    options = _options(name, max_tokens, is_int8)
    return submit(ctx, AddCheckpoint(upload=blob.hash, filename=shown, **options))


def add_checkpoint_from_hub(
    ctx: Context,
    hub_id: str,
    *,
    revision: str | None = None,
    name: str = "",
    max_tokens: int | None = None,
    is_int8: bool = False,
) -> Run:
    """Queue the download of a checkpoint from the Hugging Face hub; the run's result names the model."""
    ctx.require("models:write")
    options = _options(name, max_tokens, is_int8)
    return submit(ctx, AddCheckpoint(hub_id=hub_id.strip(), revision=revision, **options))


def frozen_checkpoints(ctx: Context, document: dict[str, Any]) -> dict[str, Any]:
    """Return a node's parameters in which engines name the exact files they fine-tune; raise Invalid."""
    found: dict[str, Any] = sources.stated(document, lambda named: _source(ctx, named))
    return found


def _options(name: str, max_tokens: int | None, is_int8: bool) -> dict[str, Any]:
    stated = {"name": " ".join(name.split())[:200], "precision": "int8" if is_int8 else "float32"}
    return stated | ({"max_tokens": max_tokens} if max_tokens is not None else {})


def _source(ctx: Context, named: str) -> str:
    """Return what stands for the files of a model of this actor, or of a folder in `checkpoints`."""
    ctx.require("models:read")
    if _MODEL_ID.fullmatch(named):
        model = ctx.session.scalar(visible_models(ctx).where(Model.id == named))
        if model is None or model.engine != sources.ENGINE:
            raise Invalid(
                f"There is no checkpoint {named!r} to fine-tune." if model is None else f"{model.name!r} is none.",
                hint="Add one with `modelyard models add`, and give its id.",
            )
        return model.artifact_hash
    folder = ctx.settings.data / sources.FOLDER / named
    if not _FOLDER.fullmatch(named) or not folder.is_dir():
        raise Invalid(
            f"There is no checkpoint {named[:100]!r} to fine-tune.",
            hint=f"Give the id of a model, or the name of a folder in {sources.FOLDER}/ of the yard's data folder.",
        )
    examine(folder, is_base_allowed=True)
    return sources.named(folder)
