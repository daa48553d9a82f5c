"""Detectors of rows that know each other across the split: copies, groups, neighbours in time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Column
from modelyard.data.profiling.association import correlation_ratio, cramers_v
from modelyard.data.profiling.scan import as_numbers
from modelyard.workflows.leakage.scene import Scene, codes
from modelyard.workflows.values import Finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, Any]

MANY_COPIES = 0.01
_ALIKE = 0.5
"""Groups count when they tell the target this well (correlation ratio or Cramér's V, corrected for chance)."""
_SHARED = 0.5
_MIN_GROUPS = 20
_LARGEST_GROUP_SHARE = 0.05
"""Columns with larger groups are ordinary categories: new rows will have them too."""
_AUTOCORRELATION = 0.2


def copies(scene: Scene) -> Iterator[Finding]:
    """Count the test and validation rows that are training rows as well, the same in every feature."""

    names = [column.name for column in scene.table.schema.features]
    if not names:
        return
    train = scene.table.rows("train").frame.select(names)
    known = train.hash_rows(seed=0).unique()
    for part in ("test", "validation"):
        rows = scene.table.rows(part).frame.select(names)
        n = int(rows.hash_rows(seed=0).is_in(known.implode()).sum()) if rows.height else 0
        if n == 0:
            continue
        is_much = n > MANY_COPIES * rows.height
        have, tell = ("has", "its score says") if n == 1 else ("have", "their scores say")
        yield Finding(
            "duplicates_across_split",
            "warning" if is_much else "info",
            f"{n:,} of {rows.height:,} {part} rows {have} the same features as a training row: {tell} what was "
            "memorised. Remove duplicates before the split, or split by group.",
        )


def groups(scene: Scene) -> Iterator[Finding]:
    """Find columns whose equal values belong together (a person, a machine) while the split tears them apart."""
    if scene.splitting.method not in ("random", "stratified"):
        return
    for column, values in scene.features():
        if not _may_be_groups(column, values):
            continue
        alike, shared = _likeness(scene, values), _share_of_known(scene, column.name)
        if alike >= _ALIKE and shared >= _SHARED:
            yield Finding(
                "group_ignored",
                "warning",
                f"Rows with the same {column.name!r} have much the same {scene.target.name!r}, and {shared:.0%} of the "
                f"test rows have such a row in training. For new values of {column.name!r} the model will do worse: "
                "split by group.",
                (),
            )


def _may_be_groups(column: Column, values: "pl.Series") -> bool:
    if column.kind not in ("category", "text", "id"):
        return False
    present = values.drop_nulls()
    n_groups = present.n_unique()
    if n_groups < _MIN_GROUPS or len(present) < 1.5 * n_groups:
        return False
    largest = present.value_counts(name="n").get_column("n").max()
    return isinstance(largest, int) and largest <= max(_LARGEST_GROUP_SHARE * len(present), 3)


def _likeness(scene: Scene, values: "pl.Series") -> float:
    both = values.is_not_null()
    members, target = codes(values.filter(both)), scene.target.filter(both)
    found = cramers_v(members, codes(target)) if scene.task == "classification" else None
    if scene.task == "regression":
        found = correlation_ratio(members, target.cast(float).to_numpy())
    return found or 0.0


def _share_of_known(scene: Scene, name: str) -> float:
    known = scene.table.rows("train").frame.get_column(name).drop_nulls().unique()
    test = scene.table.rows("test").frame.get_column(name).drop_nulls()
    return float(test.is_in(known.implode()).mean() or 0.0) if len(test) else 0.0  # type: ignore[arg-type]  # a share


def times(scene: Scene) -> Iterator[Finding]:
    """Find out whether neighbours in time are alike while the split mixes past and future."""
    if scene.splitting.method not in ("random", "stratified"):
        return
    for column, values in scene.features():
        if column.kind != "date" or values.n_unique() < _MIN_GROUPS:
            continue
        strength, n = _autocorrelation(scene, values)
        if strength >= max(_AUTOCORRELATION, 4 / n**0.5):
            yield Finding(
                "time_ignored",
                "warning",
                f"Rows that are near each other in {column.name!r} have much the same {scene.target.name!r} "
                f"(autocorrelation {strength:.2f}), and the split mixes past and future. Forecasts will do worse than "
                "the scores say: split by time.",
                (),
            )


def _autocorrelation(scene: Scene, times: "pl.Series") -> tuple[float, int]:
    """Return the correlation of the target with that of the row before it in time, and the number of such pairs.

    Of classes the most frequent one against the rest is taken.
    """
    import numpy as np
    import polars as pl

    target = scene.target
    if scene.task == "classification":
        frequent = target.mode().sort().item(0)
        target = (target == frequent).cast(pl.Float64)
    numbers = as_numbers(times)
    if numbers is None:
        return 0.0, 1
    frame = pl.DataFrame({"time": numbers, "target": target.cast(pl.Float64)}).drop_nulls().sort("time")
    series = frame.get_column("target").to_numpy()
    if len(series) < 3 or series[:-1].std() == 0 or series[1:].std() == 0:
        return 0.0, max(len(series), 1)
    return float(np.corrcoef(series[:-1], series[1:])[0, 1]), len(series) - 1
