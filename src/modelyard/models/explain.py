"""Why rows were predicted as they were: what each feature added to the raw score, exactly (SHAP values of trees)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.models.chain import Chain, replay
from modelyard.models.engine import Engine, Fitted, Prediction

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Explanation:
    """Contributions of the prepared features to the raw score of each row.

    `values`: shape (n_rows, n_outputs, n_features); `base`: the score before any feature, shape (n_rows, n_outputs);
    `base + values.sum(axis=2)` is the raw score. One output for numbers and for two classes (the log-odds of the
    second), one per class for more. `outputs` names them: classes, or the target. `frame` holds the prepared features.
    """

    features: tuple[str, ...]
    outputs: tuple[str, ...]
    values: "Array"
    base: "Array"
    frame: "pl.DataFrame"
    prediction: Prediction


def explain_rows(chain: Chain, rows: "pl.DataFrame") -> Explanation | None:
    """Explain raw rows, which must have all columns of `chain.schema`; None when the engine cannot tell.

    Exact where the engine has a method of its own: TreeSHAP of the boosters (Lundberg et al. 2020, Nat. Mach. Intell.
    2), coefficient × deviation from the mean for linear models.
    """
    return explain_prepared(chain.engine, chain.fitted, replay(chain, rows), target=chain.signature.output.name)


def explain_prepared(engine: Engine, fitted: Fitted, frame: "pl.DataFrame", *, target: str) -> Explanation | None:
    """Explain rows as the engine takes them; None when it cannot tell."""
    frame = frame.select(fitted.features)
    found = engine.contributions(fitted, frame)
    if found is None:
        return None
    stacked = found if found.ndim == 3 else found[:, None, :]
    return Explanation(
        features=fitted.features,
        outputs=_outputs(fitted, stacked.shape[1], target),
        values=stacked[:, :, :-1],
        base=stacked[:, :, -1],
        frame=frame,
        prediction=engine.predict(fitted, frame),
    )


def _outputs(fitted: Fitted, n_outputs: int, target: str) -> tuple[str, ...]:
    if fitted.task != "classification" or fitted.classes is None:
        return (target,)
    return fitted.classes if n_outputs == len(fitted.classes) and n_outputs > 1 else (fitted.classes[-1],)
