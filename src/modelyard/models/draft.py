"""A trained model before it is registered: everything the registry keeps, as one JSON-able document."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.data.columns import Task
from modelyard.data.frames import SplitName, Table
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.models.chain import Chain, save
from modelyard.models.charts import Chart, evaluation_charts, importance_chart
from modelyard.models.importance import Importance, native_importance, permutation_importance
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.metrics.metric import Metric
from modelyard.models.profile import environment, training_profile
from modelyard.models.record import record
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
) -> ModelDraft:
    """Store the chain and describe it: scored on test rows, else on validation, else on the rows it learned from.

    `prepared` holds all rows as the engine takes them, with their split; `raw` the same rows as they left the dataset,
    so that charts can speak of the columns that people know.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "model.zip"
        save(chain, path)
        blob = artifacts.put_file(path)
    split = scored_split(prepared)
    metrics, charts = _scores(chain, prepared, split)
    importance, importance_charts = _importance(chain, prepared, split, seed)
    return ModelDraft(
        name=name,
        task=chain.fitted.task,
        engine=chain.engine.kind_name(),
        parameters={**chain.engine.model_dump(mode="json"), "seed": seed, "class_weight": class_weight},
        target=chain.signature.output.name,
        signature=chain.signature,
        metrics=tuple(metrics),
        charts=(*charts, *importance_charts),
        importance=tuple(importance),
        training_profile=training_profile(raw_train),
        environment=environment(),
        notes=chain.fitted.notes,
        steps=tuple(document for document, _learned in chain.nodes),
        artifact_hash=blob.hash,
        size_bytes=blob.size_bytes,
        seconds=seconds,
        n_rows={part: prepared.rows(part).n_rows for part in ("train", "validation", "test")},
        findings=tuple(map(dict, findings)),
        trials=tuple(map(dict, trials)),
        **record(chain, prepared, raw, split=split, artifacts=artifacts).model_dump(),
    )


def scored_split(prepared: Table) -> SplitName:
    """Return the part to score on: the most honest one that has rows."""
    parts: tuple[SplitName, ...] = ("test", "validation")
    return next((part for part in parts if prepared.rows(part).n_rows), "train")


def _scores(chain: Chain, prepared: Table, split: SplitName) -> tuple[list[Metric], list[Chart]]:
    rows, task = prepared.rows(split), chain.fitted.task
    prediction = chain.engine.predict(chain.fitted, rows.frame)
    learned_from = prepared.rows("train").target()
    metrics = evaluate(rows.target(), prediction, task=task, split=split, training_target=learned_from)
    return metrics, evaluation_charts(rows.target(), prediction, task=task, split=split)


def _importance(chain: Chain, prepared: Table, split: SplitName, seed: int) -> tuple[list[Importance], list[Chart]]:
    engine, fitted, rows = chain.engine, chain.fitted, prepared.rows(split)
    own = native_importance(engine, fitted)
    shuffled = permutation_importance(engine, fitted, rows, seed=seed)
    charts = []
    if own is not None:
        charts.append(importance_chart(own, kind="native", split="train", n=fitted.n_rows))
    if shuffled:
        charts.append(importance_chart(shuffled, kind="permutation", split=split, n=rows.n_rows, task=fitted.task))
    return own or shuffled, charts
