"""A trained model before it is registered: everything the registry keeps, as one JSON-able document."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Task
from modelyard.data.frames import Table
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.models.chain import Chain, save
from modelyard.models.charts.catalogue import draw
from modelyard.models.charts.chart import Chart, Unavailable
from modelyard.models.charts.subject import SECONDS, Subject
from modelyard.models.importance import Importance, native_importance
from modelyard.models.metrics.metric import Metric
from modelyard.models.profile import environment, training_profile
from modelyard.models.record import record
from modelyard.models.scoring import baseline_of, score, scored_split
from modelyard.models.signature import Signature


class ModelDraft(BaseModel):
    """What a training gives; `artifact_hash` addresses the chain's file, `steps` are its preparing nodes."""

    model_config = ConfigDict(frozen=True)

    name: str
    task: Task
    engine: str
    parameters: dict[str, Any]
    target: str
    signature: Signature
    metrics: tuple[Metric, ...]
    charts: tuple[Chart, ...]
    importance: tuple[Importance, ...]
    training_profile: dict[str, Any]
    environment: dict[str, str]
    notes: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    artifact_hash: str
    size_bytes: int
    seconds: float
    n_rows: dict[str, int]
    findings: tuple[dict[str, Any], ...] = ()
    """What was found out about the rows on their way: leakage and the like (workflows.values.Finding)."""
    trials: tuple[dict[str, Any], ...] = ()
    """The leaderboard that the model was chosen from, best first."""
    limits: tuple[str, ...] = ()
    """Sentences on what the metrics cannot say."""
    splitting: dict[str, Any] | None = None
    predictions_hash: str | None = None
    """The artifact with what was predicted for the rows it was scored on (comparing.kept)."""
    scored_rows_hash: str | None = None
    row_seconds: float | None = None


def draft_model(
    chain: Chain,
    prepared: Table,
    raw_train: Table,
    *,
    artifacts: ArtifactStore,
    scratch: Path,
    name: str,
    seconds: float,
    seed: int,
    class_weight: str,
    raw: Table | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
    trials: Sequence[Mapping[str, Any]] = (),
    drawing_seconds: float = SECONDS,
) -> ModelDraft:
    """Store the chain and describe it: scored on test rows, else on validation, else on the rows it learned from.

    `prepared` holds all rows as the engine takes them, with their split; `raw` the same rows as they left the dataset,
    so that charts can speak of the columns that people know. `drawing_seconds` is what the baseline and the charts may
    take together; with little, some of them say that there was no time.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "model.zip"
        save(chain, path)
        blob = artifacts.put_file(path)
    split = scored_split(prepared)
    subject = Subject(chain, prepared, raw, split, seed, seconds=drawing_seconds)
    boosting = baseline_of(chain, prepared, seed=seed, max_seconds=drawing_seconds / 3)
    metrics = score(chain, prepared, split, prediction=subject.prediction, boosting=boosting)
    return ModelDraft(
        name=name,
        task=chain.fitted.task,
        engine=chain.engine.kind_name(),
        parameters={**chain.engine.model_dump(mode="json"), "seed": seed, "class_weight": class_weight},
        target=chain.signature.output.name,
        signature=chain.signature,
        metrics=tuple(metrics),
        charts=tuple(draw(subject)),
        importance=tuple(_importance(subject)),
        training_profile=training_profile(
            raw_train,
            inputs=[item.name for item in chain.signature.inputs],
            predicted=subject.prediction,
            split=split,
        ),
        environment=environment(),
        notes=(*chain.fitted.notes, *boosting.notes),
        steps=tuple(document for document, _learned in chain.nodes),
        artifact_hash=blob.hash,
        size_bytes=blob.size_bytes,
        seconds=seconds,
        n_rows={part: prepared.rows(part).n_rows for part in ("train", "validation", "test")},
        findings=tuple(map(dict, findings)),
        trials=tuple(map(dict, trials)),
        **record(chain, prepared, raw, split=split, artifacts=artifacts).model_dump(),
    )


def _importance(subject: Subject) -> list[Importance]:
    """Return the engine's own importance, or that by shuffling when it has none."""
    own = native_importance(subject.chain.engine, subject.chain.fitted)
    if own is not None:
        return own
    try:
        return subject.permutation
    except Unavailable:
        return []
