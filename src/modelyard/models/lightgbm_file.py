"""A grown LightGBM model read from its text by LightGBM's library alone.

Its Python package loads SciPy and scikit-learn when they are there, and fails without SciPy: 75 MB of memory and a
second of processor that a prediction has no use for. The functions called here are those of its C interface
(`LightGBM/c_api.h`), which have kept their signatures since version 3.
"""

import ctypes
import sys
import weakref
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from modelyard.kernel.errors import Refused

if TYPE_CHECKING:
    import numpy as np

_FILES = {"darwin": "lib_lightgbm.dylib", "win32": "lib_lightgbm.dll"}
_FLOAT64 = 1
_ROW_AFTER_ROW = 1
_SCORES, _CONTRIBUTIONS = 0, 3
_IMPORTANCES = {"split": 0, "gain": 1}
_PANDAS = "\npandas_categorical:null\n"
"""With which the Python package ends the text."""
_ALL_TREES = ctypes.c_int(-1)
_FIRST = ctypes.c_int(0)


class SavedBooster:
    """What is used of a `lightgbm.Booster` that is not grown further; safe for many threads."""

    def __init__(self, text: str) -> None:
        """Read what `Booster.model_to_string` gave; raise Refused when it is no such text."""
        self._library = _library()
        self._handle = ctypes.c_void_p()
        n_iterations = ctypes.c_int()
        self._call("LGBM_BoosterLoadModelFromString", text.encode(), _at(n_iterations), _at(self._handle), is_read=True)
        weakref.finalize(self, self._library.LGBM_BoosterFree, self._handle)
        n_features = ctypes.c_int()
        self._call("LGBM_BoosterGetNumFeature", self._handle, _at(n_features))
        self._n_features = n_features.value

    def predict(
        self, x: "np.ndarray[Any, Any]", *, pred_contrib: bool = False, num_threads: int = 1
    ) -> "np.ndarray[Any, Any]":
        """Return what `Booster.predict` returns for a matrix of shape (n_rows, n_features).

        Numbers or probabilities, shape (n_rows,), or (n_rows, n_classes) with more than two classes; contributions:
        (n_rows, n_outputs * (n_features + 1)).
        """
        import numpy as np

        rows = np.ascontiguousarray(x, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self._n_features:
            raise ValueError(f"the model takes {self._n_features} features, not a matrix of shape {rows.shape}")
        n_rows, n_places, n_found = len(rows), ctypes.c_int64(), ctypes.c_int64()
        what = (ctypes.c_int(_CONTRIBUTIONS if pred_contrib else _SCORES), _FIRST, _ALL_TREES)
        self._call("LGBM_BoosterCalcNumPredict", self._handle, ctypes.c_int(n_rows), *what, _at(n_places))
        found = np.empty(n_places.value)
        shape = (ctypes.c_int32(n_rows), ctypes.c_int32(self._n_features), ctypes.c_int(_ROW_AFTER_ROW))
        given = (_place(rows), ctypes.c_int(_FLOAT64), *shape)
        options = f"num_threads={num_threads}".encode()
        self._call("LGBM_BoosterPredictForMat", self._handle, *given, *what, options, _at(n_found), _place(found))
        return found if len(found) == n_rows else found.reshape(n_rows, -1)

    def feature_importance(self, importance_type: Literal["split", "gain"] = "split") -> "np.ndarray[Any, Any]":
        """Return how often each feature splits, or the total gain of its splits, shape (n_features,)."""
        import numpy as np

        found = np.empty(self._n_features)
        kind = ctypes.c_int(_IMPORTANCES[importance_type])
        self._call("LGBM_BoosterFeatureImportance", self._handle, _ALL_TREES, kind, _place(found))
        return found

    def model_to_string(self) -> str:
        """Return the model as text, from which it can be read again."""
        n_bytes = ctypes.c_int64(0)
        text = ctypes.create_string_buffer(1)
        for _ in range(2):  # the first call says how long it is
            text = ctypes.create_string_buffer(max(1, n_bytes.value))
            size = ctypes.c_int64(len(text))
            what = (_FIRST, _ALL_TREES, ctypes.c_int(_IMPORTANCES["split"]))
            self._call("LGBM_BoosterSaveModelToString", self._handle, *what, size, _at(n_bytes), text)
        return text.value.decode() + _PANDAS

    def _call(self, name: str, *arguments: Any, is_read: bool = False) -> None:
        if getattr(self._library, name)(*arguments) == 0:
            return
        said = self._library.LGBM_GetLastError().decode(errors="replace")
        if is_read:
            raise Refused(f"LightGBM cannot read this model: {said}", hint="Run its workflow again.")
        raise ValueError(said)


def _at(value: Any) -> Any:
    return ctypes.byref(value)


def _place(array: "np.ndarray[Any, Any]") -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


@cache
def _library() -> ctypes.CDLL:
    """Load the library out of the installed package, without importing that."""
    package = find_spec("lightgbm")
    if package is None or not package.submodule_search_locations:
        raise Refused("LightGBM is not installed.", hint="pip install lightgbm")
    path = Path(package.submodule_search_locations[0]) / "lib" / _FILES.get(sys.platform, "lib_lightgbm.so")
    library = ctypes.CDLL(str(path))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library
