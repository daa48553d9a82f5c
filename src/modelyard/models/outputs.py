"""Predictions as documents, as calls answer them."""

from typing import Any

from modelyard.models.engine import Prediction


def outputs_of(prediction: Prediction) -> list[dict[str, Any]]:
    """Return one output per row: the prediction, and the probability of each class."""
    values = prediction.values.tolist()
    if prediction.probabilities is None or prediction.classes is None:
        return [{"prediction": value, "probabilities": None} for value in values]
    rows = prediction.probabilities.tolist()
    return [
        {"prediction": value, "probabilities": dict(zip(prediction.classes, row, strict=True))}
        for value, row in zip(values, rows, strict=True)
    ]
