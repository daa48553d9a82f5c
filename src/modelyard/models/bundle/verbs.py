"""What can be asked for: a model as one ZIP that predicts without the yard."""

import json
import re
import zipfile
from pathlib import Path

from modelyard.data.catalogue import find_sample
from modelyard.data.ownership import visible_datasets
from modelyard.data.tables import Dataset
from modelyard.kernel.artifacts import storage_errors
from modelyard.kernel.context import Context
from modelyard.models.archive import DOCUMENT
from modelyard.models.bundle.write import write_bundle
from modelyard.models.tables import Model
from modelyard.models.verbs import get_model


def fetch_bundle(ctx: Context, model_id: str, folder: Path) -> Path:
    """Write the ZIP into `folder` and return its path; the model's bytes are verified."""
    ctx.require("models:read")
    model = get_model(ctx, model_id)
    path = ctx.artifacts.fetch(model.artifact_hash, folder)
    out = folder / bundle_name(model)
    with zipfile.ZipFile(path) as archive:
        engine = json.loads(archive.read(DOCUMENT))["engine"]
    with storage_errors():
        write_bundle(model, path, out, engine=engine, licence=_licence(ctx, model))
    return out


def bundle_name(model: Model) -> str:
    """Return the name of the file: the model's, in letters that every system takes, and the version."""
    plain = re.sub(r"[^\w.-]+", "-", model.name, flags=re.ASCII).strip("-.").lower()[:60]
    return f"{plain or model.id}-v{model.version}.zip"


def _licence(ctx: Context, model: Model) -> str:
    title = f"# Rights to the data\n\nTrained on: {model.dataset_name or 'a dataset that is not named'}\n\n"
    row = ctx.session.scalar(visible_datasets(ctx).where(Dataset.id == model.dataset_id)) if model.dataset_id else None
    sample = find_sample(row.sample) if row is not None and row.sample else None
    if sample is not None:
        return f"{title}{sample.name}: {sample.licence}. Source: {sample.source}\n\n{sample.licence_text}"
    return (
        f"{title}The yard does not know under which licence these data may be used. Ask whoever gave them before you "
        "give this model to others: `card.md`, `signature.json` and `example.json` hold values of the data.\n"
    )
