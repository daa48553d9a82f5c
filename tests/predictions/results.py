"""Files of results made by hand: what a batch would have, without a model."""

import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from modelyard.models.signature import Signature
from modelyard.predictions.batches.results import Results
from modelyard.predictions.batches.writing import ResultsWriter

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    '#import "x"',
    "*bold* _it_ $x$ @ref #let",
    "{{7*7}}",
    "</bdi></td><script>alert(1)</script>",
    "\u202egnp.exe",
    "bell\x07 nul\x00",
    "👩‍👩‍👧‍👦 😍 👍",
    "منتج رائع",
    "e\u0301te\u0301",
    "中文",
    "x" * 100_000,
    "",
    "   ",
)


def made(
    path: Path,
    texts: Sequence[str | None],
    predicted: Sequence[Any],
    *,
    classes: Sequence[str] | None = ("bad", "good"),
    labels: Sequence[str | None] | None = None,
    confidences: Sequence[float] | None = None,
    failed: frozenset[int] = frozenset(),
    label: str | None = None,
    dtype: str = "string",
    kind: str = "text",
) -> Results:
    """Return open results of one input `text`; rows whose place is in `failed` could not be predicted."""
    n = len(texts)
    sure = list(confidences or [0.9] * n)
    has = classes is not None
    is_bad = [place in failed for place in range(n)]
    rest = (lambda c: (1 - c) / (len(classes) - 1)) if has and len(classes or ()) > 1 else (lambda c: 0.0)
    packed = [
        array("d", [sure[i] if name == predicted[i] else rest(sure[i]) for name in classes or ()]).tobytes()
        for i in range(n)
    ]
    frame = pl.DataFrame(
        {
            "row": pl.Series(range(1, n + 1), dtype=pl.Int64),
            "inputs": [json.dumps({"0": text}, ensure_ascii=False) for text in texts],
            "folded": pl.Series([None] * n, dtype=pl.String),
            "label": pl.Series(labels or [None] * n, dtype=pl.String),
            "class": pl.Series(_kept(predicted, is_bad) if has else [None] * n, dtype=pl.String),
            "number": pl.Series([None] * n if has else _kept(predicted, is_bad), dtype=pl.Float64),
            "confidence": pl.Series(_kept(sure, is_bad) if has else [None] * n, dtype=pl.Float64),
            "probabilities": pl.Series(_kept(packed, is_bad) if has else [None] * n, dtype=pl.Binary),
            "is_sure": pl.Series([None] * n, dtype=pl.Boolean),
            "errors": pl.Series(['[["text", "is missing"]]' if bad else None for bad in is_bad], dtype=pl.String),
            "file_values": pl.Series(["[null]" if bad else None for bad in is_bad], dtype=pl.String),
        }
    )
    signature = Signature.model_validate(
        {
            "inputs": [{"name": "text", "kind": kind, "dtype": dtype, "required": False}],
            "output": {"name": "verdict", "classes": classes},
        }
    )
    writer = ResultsWriter(path, signature, batch="bt", file_columns=["text"])
    writer.add(frame)
    writer.finish()
    return Results(path, label=label)


def _kept(values: Sequence[Any], is_bad: Sequence[bool]) -> list[Any]:
    return [None if bad else value for value, bad in zip(values, is_bad, strict=True)]
