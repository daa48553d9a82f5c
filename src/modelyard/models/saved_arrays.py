"""The arrays of a scikit-learn estimator read from its skops file without scikit-learn and without skops.

Loading skops imports every module of scikit-learn, about 100 MB and two seconds; the service of one model that predicts
with its arrays alone has no other use for them. Nothing in the file is executed.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import Refused

if TYPE_CHECKING:
    import numpy as np

Node = dict[str, Any]
"""One thing in the file's schema: an object, a list, an array."""


@dataclass(frozen=True)
class SavedEstimator:
    """An open file; what it has not raises KeyError, TypeError or ValueError."""

    archive: zipfile.ZipFile
    learned: dict[str, Node]
    """What the estimator learned, by attribute."""

    def attributes(self, node: Node) -> dict[str, Node]:
        """Return the attributes of an object in it."""
        found: dict[str, Node] = node["content"]["content"]
        return found

    def array(self, node: Node) -> "np.ndarray[Any, Any]":
        """Return an array in it."""
        import numpy as np

        if node["__loader__"] == "JsonNode":
            return np.asarray(json.loads(node["content"]), dtype=np.float64)
        found: np.ndarray[Any, Any] = np.load(io.BytesIO(self.archive.read(node["file"])), allow_pickle=False)
        return found


@contextmanager
def saved_estimator(path: Path, what: str) -> Iterator[SavedEstimator]:
    """Open a skops file; raise Refused when it, or what is read of it, is not what it should be (`what`)."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield SavedEstimator(archive, json.loads(archive.read("schema.json"))["content"]["content"])
    except (zipfile.BadZipFile, LookupError, TypeError, ValueError) as error:
        raise Refused(f"This file holds no {what}.", hint="Run the model's workflow again.") from error
