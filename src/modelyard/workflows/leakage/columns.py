"""Detectors of columns that give the target away."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.profiling.association import association, cramers_v
from modelyard.workflows.leakage.scene import Scene, codes
from modelyard.workflows.values import Finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MIN_ROWS = 20
_NEARLY_ALL = 0.99
_DATE_NEARLY_ALL = 0.8
"""A date that is there for one outcome only is suspicious sooner than another column."""
_EXACT = 1 - 1e-9
_MAX_TERMS = 4
"""Sums of more columns than these are not told as a derivation."""


def near_perfect(scene: Scene) -> Iterator[Finding]:
    """Find columns that alone predict the target almost perfectly."""
    assert scene.task is not None
    for column, values in scene.features():
        found = association(column, values, scene.target, scene.task)
        if found is not None and found.is_near_perfect:
            yield Finding(
                "near_perfect_predictor",
                "warning",
                f"{column.name!r} alone predicts {scene.target.name!r} almost perfectly. Is it known before the target "
                "is? If not, drop it: a model that uses it fails on new rows.",
                (column.name,),
            )


def identifiers(scene: Scene) -> Iterator[Finding]:
    """Find columns in which (nearly) every row has a value of its own that says nothing but which row it is."""
    for column, values in scene.features():
        if column.kind == "id" or _counts_rows(values):
            yield Finding(
                "id_like",
                "warning",
                f"{column.name!r} looks like an identifier: every row has a value of its own. A model can only "
                "memorise it; drop it.",
                (column.name,),
            )


def _counts_rows(values: "pl.Series") -> bool:
    """Say whether the values are whole numbers that count the rows, with few gaps, however they are ordered."""
    if (
        not values.dtype.is_integer()
        or len(values) < MIN_ROWS
        or values.null_count()
        or values.n_unique() < len(values)
    ):
        return False
    low, high = values.min(), values.max()
    assert isinstance(low, int)
    assert isinstance(high, int)
    return high - low < 2 * len(values)


def derived(scene: Scene) -> Iterator[Finding]:
    """Find out whether the target is an exact sum of multiples of a few number columns."""
    import numpy as np

    if scene.task != "regression":
        return
    numbers = [column.name for column, values in scene.features() if values.dtype.is_numeric()]
    frame = scene.sample.frame.select(*numbers, scene.target.name).drop_nulls()
    if frame.height < MIN_ROWS or not numbers:
        return
    x, y = frame.select(numbers).to_numpy().astype(float), frame[scene.target.name].to_numpy().astype(float)
    whole = np.isfinite(x).all(axis=1) & np.isfinite(y)
    terms = _exact_terms(x[whole], y[whole], numbers)
    if len(terms) < 2:
        return  # one column that is enough is a near-perfect predictor already
    told = " and ".join(repr(name) for name in terms)
    yield Finding(
        "derived_target",
        "warning",
        f"{scene.target.name!r} is computed from {told}: a sum of them gives it exactly. Drop them, or predict "
        "something that is not known already.",
        tuple(terms),
    )


def _exact_terms(x: "Array", y: "Array", names: list[str]) -> list[str]:
    """Return the few columns, chosen greedily, of which `y` is an exact linear combination; none when there are none.

    `x` has shape (n_rows, n_columns), `y` (n_rows,).
    """
    import numpy as np

    if len(y) == 0:
        return []
    centred = x - x.mean(axis=0)
    scale = np.sqrt((centred**2).mean(axis=0))
    usable = scale > 0
    centred, kept = centred[:, usable] / scale[usable], [n for n, use in zip(names, usable, strict=True) if use]
    rest = y - y.mean()
    total = float(rest @ rest)
    chosen: list[int] = []
    while total > 0 and len(chosen) < min(_MAX_TERMS, len(kept)):
        strength = np.abs(centred.T @ rest)
        strength[chosen] = -1
        chosen.append(int(strength.argmax()))
        solution, *_ = np.linalg.lstsq(centred[:, chosen], y - y.mean(), rcond=None)
        rest = (y - y.mean()) - centred[:, chosen] @ solution
        if 1 - float(rest @ rest) / total >= _EXACT and len(y) > 2 * len(chosen):
            return [kept[place] for place in chosen]
    return []


def told_by_absence(scene: Scene) -> Iterator[Finding]:
    """Find columns that are filled for some outcomes only: they are written after the outcome is known."""
    if scene.task != "classification":
        return
    outcomes = codes(scene.target)
    for column, values in scene.features():
        if not 0 < values.null_count() < len(values):
            continue
        absent = values.is_null().to_numpy().astype(int)
        strength = cramers_v(absent, outcomes)
        limit = _DATE_NEARLY_ALL if column.kind == "date" else _NEARLY_ALL
        if strength is not None and strength >= limit:
            yield _absence_finding(column, scene.target, values)


def _absence_finding(column: Column, target: "pl.Series", values: "pl.Series") -> Finding:
    filled = target.filter(values.is_not_null()).mode().sort().item(0)
    rule = "post_outcome_timestamp" if column.kind == "date" else "filled_after_outcome"
    return Finding(
        rule,
        "warning",
        f"{column.name!r} is filled almost only when {target.name!r} is {str(filled)!r}: it is probably written after "
        "the outcome is known. Drop it.",
        (column.name,),
    )


def quoted(scene: Scene) -> Iterator[Finding]:
    """Find texts that name the class they are to predict."""
    import polars as pl

    if scene.task != "classification":
        return
    classes = scene.target.cast(pl.String)
    if classes.str.len_chars().min() in (None, 0, 1, 2):
        return  # such short names turn up in any text
    for column, values in scene.features():
        if column.kind != "text" or values.dtype != pl.String:
            continue
        frame = pl.DataFrame({"text": values.str.to_lowercase(), "class": classes.str.to_lowercase()}).drop_nulls()
        share = frame.select(pl.col("text").str.contains(pl.col("class"), literal=True).mean()).item()
        if frame.height >= MIN_ROWS and share is not None and share >= _NEARLY_ALL:
            yield Finding(
                "target_in_text",
                "warning",
                f"{column.name!r} names the class that is to be predicted in {share:.0%} of the rows. Remove it there.",
                (column.name,),
            )
