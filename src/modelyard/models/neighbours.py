"""Rows kept as plain arrays, from which an index of neighbours is built again when a model is loaded."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import Refused

if TYPE_CHECKING:
    import numpy as np

ROWS_FILE = "rows.npz"


def save_rows(folder: Path, rows: "np.ndarray[Any, Any]", values: "np.ndarray[Any, Any]") -> None:
    """Write rows of shape (n_rows, n_features) and one value for each."""
    import numpy as np

    with (folder / ROWS_FILE).open("wb") as file:
        np.savez_compressed(file, rows=rows, values=values)


def load_rows(folder: Path, n_features: int) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Return what `save_rows` wrote; refuse anything but finite numbers of that shape.

    An index of scikit-learn holds places that it follows without looking: it is never read from a file.
    """
    import numpy as np

    try:
        with np.load(folder / ROWS_FILE, allow_pickle=False) as file:
            rows, values = file["rows"], file["values"]
    except (ValueError, KeyError, OSError) as error:
        raise Refused("The rows of this model cannot be read.") from error
    is_sound = rows.ndim == 2 and rows.shape[1] == n_features and values.shape == rows.shape[:1] and len(rows) > 0
    if not (is_sound and rows.dtype == np.float64 and values.dtype.kind in "if" and np.isfinite(rows).all()):
        raise Refused("The rows of this model are not what its engine keeps.")
    return rows, values
