"""Scoring a trained model on a part of its rows, whatever the task, beside the baselines."""

from typing import TYPE_CHECKING, Any

from modelyard.data.frames import SplitName, Table
from modelyard.models.baselines import Boosting, boosting_baseline
from modelyard.models.chain import Chain
from modelyard.models.engine import Prediction
from modelyard.models.metrics.clustering import evaluate_clusters
from modelyard.models.metrics.evaluate import evaluate
from modelyard.models.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np


def scored_split(prepared: Table) -> SplitName:
    """Return the part to score on: the most honest one that has rows."""
    parts: tuple[SplitName, ...] = ("test", "validation")
    return next((part for part in parts if prepared.rows(part).n_rows), "train")


def baseline_of(chain: Chain, prepared: Table, *, seed: int = 0, max_seconds: float | None = None) -> Boosting:
    """Return default gradient boosting on the same training rows; none for clusters, which have no target."""
    if chain.fitted.task == "clustering":
        return Boosting()
    return boosting_baseline(prepared, seed=seed, max_seconds=max_seconds)


def score(
    chain: Chain,
    prepared: Table,
    split: SplitName,
    *,
    prediction: Prediction,
    boosting: Boosting,
    quantile: float | None = None,
) -> list[Metric]:
    """Return every metric of the task; `prediction` is of the rows of `split`, in their order.

    `quantile` is the one of the pinball loss: by default the one that the engine was fitted for, or the median.
    """
    rows = prepared.rows(split)
    if chain.fitted.task == "clustering":
        return evaluate_clusters(cluster_matrix(chain, rows), prediction.values, split=split)
    return evaluate(
        rows.target(),
        prediction,
        task=chain.fitted.task,
        split=split,
        training_target=prepared.rows("train").target(),
        boosting=boosting.predict(rows.frame),
        quantile=quantile if quantile is not None else fitted_quantile(chain),
    )


def fitted_quantile(chain: Chain) -> float:
    """Return the quantile that the engine predicts, 0.5 when it predicts none."""
    stated = chain.engine.model_dump().get("quantile")
    return 0.5 if stated is None else float(stated)


def cluster_matrix(chain: Chain, rows: Table) -> "np.ndarray[Any, Any]":
    """Return prepared rows as the engine measures distances between them, shape (n_rows, n_features)."""
    from modelyard.models.estimators import MatrixEngine

    if not isinstance(chain.engine, MatrixEngine):
        raise TypeError(f"{chain.engine.kind_name()} does not work on a matrix of numbers")
    return chain.engine.matrix(chain.fitted, rows.frame)
