"""A checkpoint that was trained elsewhere as a model: its file, what it takes and gives, and what is known of it."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelyard.data.columns import Column, Schema
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.memory import refuse_too_large
from modelyard.models.chain import TOO_LARGE, Chain, save
from modelyard.models.draft import ModelDraft
from modelyard.models.engine import Fitted
from modelyard.models.engines.transformers import Transformers
from modelyard.models.profile import environment
from modelyard.models.record import row_seconds
from modelyard.models.signature import Signature, SignatureInput, SignatureOutput

COLUMN = "text"
TARGET = "label"
EXAMPLE = "Great coffee, friendly staff, and never a queue."
_NOT_SCORED = "It was trained elsewhere and not scored here: predict rows whose class you know to see how good it is."


def adopt(
    engine: Transformers,
    folder: Path,
    *,
    name: str,
    artifacts: ArtifactStore,
    scratch: Path,
    report: Callable[[str, float], None],
    memory_bytes: int,
    origin: str,
    started: float,
) -> dict[str, Any]:
    """Load a checkpoint once, keep it as a model's file, and return the model's draft."""
    needed = engine.loaded_bytes(folder)
    if needed is not None:
        refuse_too_large(needed, memory_bytes, what="This checkpoint", hint=TOO_LARGE)
    report("Loading the checkpoint", 0.1)
    fitted = engine.adopt(folder, COLUMN)
    chain = Chain((), engine, fitted, _signature(fitted), _schema())
    report("Writing the model", 0.6)
    with tempfile.TemporaryDirectory(dir=scratch) as inner:
        path = Path(inner) / "model.zip"
        save(chain, path)
        blob = artifacts.put_file(path)
    report("Trying it", 0.9)
    draft = ModelDraft(
        name=name,
        task="classification",
        engine=engine.kind_name(),
        parameters={**engine.model_dump(mode="json"), "seed": 0, "class_weight": "none"},
        target=TARGET,
        signature=chain.signature,
        metrics=(),
        charts=(),
        importance=(),
        training_profile={"n_rows": 0, "columns": []},
        environment=environment(),
        notes=(origin, *fitted.notes),
        steps=(),
        artifact_hash=blob.hash,
        size_bytes=blob.size_bytes,
        seconds=time.monotonic() - started,
        n_rows={"train": 0, "validation": 0, "test": 0},
        limits=(_NOT_SCORED,),
        row_seconds=row_seconds(chain),
    )
    return draft.model_dump(mode="json")


def _schema() -> Schema:
    return Schema(columns=(Column(name=COLUMN, kind="text", dtype="string"),), task="classification")


def _signature(fitted: Fitted) -> Signature:
    taken = SignatureInput(name=COLUMN, kind="text", dtype="string", required=False, example=EXAMPLE)
    return Signature(inputs=(taken,), output=SignatureOutput(name=TARGET, classes=fitted.classes))
