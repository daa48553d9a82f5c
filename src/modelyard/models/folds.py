"""Folds of the training rows that keep to how the rows were split."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelyard.data.frames import Table
from modelyard.kernel.errors import Invalid
from modelyard.models.target import as_text

if TYPE_CHECKING:
    import numpy as np

    Places = np.ndarray[Any, np.dtype[np.intp]]

MAX_SEED = 2**32 - 1
"""NumPy's largest."""


@dataclass(frozen=True)
class Fold:
    """Places among the training rows: to learn from, shape (n_train,), and to score on, shape (n_valid,)."""

    train: "Places"
    valid: "Places"


def folds(prepared: Table, raw: Table, *, n_folds: int, seed: int = 0) -> list[Fold]:
    """Return the folds of the training rows; raise Invalid when the rows do not allow so many.

    `prepared` and `raw` hold the same rows, all parts or the training rows only; groups and times are taken from `raw`,
    whose columns nobody has changed. Groups stay together; with a time split each fold learns from the past and is
    scored on what follows it, so the oldest rows are never scored on; classes keep their mix otherwise.
    """
    rows, source = prepared.rows("train"), raw.rows("train")
    if n_folds < 2:
        raise Invalid("Cross-validation needs at least 2 folds.")
    try:
        return [Fold(train, valid) for train, valid in _places(rows, source, n_folds, seed)]
    except ValueError as error:
        raise Invalid(
            f"{rows.n_rows} training rows cannot be cut into {n_folds} folds: {error}", hint="Use fewer folds."
        ) from error


def _places(rows: Table, source: Table, n_folds: int, seed: int) -> "Iterator[tuple[Places, Places]]":
    import numpy as np
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

    everything = np.arange(rows.n_rows)
    splitting = rows.schema.splitting
    if splitting is not None and splitting.method == "group" and splitting.column is not None:
        groups = source.frame.get_column(splitting.column).rank("dense").fill_null(0).to_numpy()
        yield from GroupKFold(n_folds, shuffle=True, random_state=seed).split(everything, groups=groups)
    elif splitting is not None and splitting.method == "time" and splitting.column is not None:
        # Rows without a time are trained on, as in the split itself: they count as the oldest.
        order = source.frame.get_column(splitting.column).arg_sort(nulls_last=False).to_numpy()
        for train, valid in TimeSeriesSplit(n_folds).split(order):
            yield np.sort(order[train]), np.sort(order[valid])
    elif (classes := _classes(rows, n_folds)) is not None:
        yield from StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(everything, classes)
    else:
        yield from KFold(n_folds, shuffle=True, random_state=seed).split(everything)


def _classes(rows: Table, n_folds: int) -> "np.ndarray[Any, Any] | None":
    """Return the class of each row when they can be spread over the folds, shape (n_rows,)."""
    import numpy as np

    if rows.schema.task != "classification":
        return None
    codes: np.ndarray[Any, Any] = as_text(rows.target()).rank("dense").fill_null(0).to_numpy().astype(np.intp)
    return codes if np.bincount(codes).max() >= n_folds else None
