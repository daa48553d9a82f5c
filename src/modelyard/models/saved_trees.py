"""Trees of scikit-learn read from their skops file without scikit-learn: their nodes are all they predict with."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.models.saved_arrays import saved_estimator

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_FIELDS = ("left_child", "right_child", "feature", "threshold", "missing_go_to_left")
_LEAF = -1
"""As child of a node: there is none."""
_MOST_PLACES = 1_000_000
"""Rows times trees that are walked at once: 8 MB for each thing that is known of a place."""


@dataclass(frozen=True)
class SavedTrees:
    """The trees of a forest, or the one tree of an estimator, with all their nodes in a row.

    `nodes`: a structured array of shape (n_nodes,), whose children count from the first node of all; `values`: shape
    (n_nodes, n_outputs), shares of the classes or one number; `roots`: shape (n_trees,).
    """

    nodes: "Array"
    values: "Array"
    roots: "Array"

    def predict(self, x: "Array") -> "Array":
        """Return the numbers of a regression, shape (n_rows,)."""
        found: Array = self.predict_proba(x)[:, 0]
        return found

    def predict_proba(self, x: "Array") -> "Array":
        """Return the mean of what the trees say, the probabilities of the classes, shape (n_rows, n_classes).

        As scikit-learn does it, to the bit: features are rounded to single precision, trees added up in their order.
        Raises ValueError for what single precision cannot hold.
        """
        import numpy as np

        with np.errstate(over="ignore"):
            rows = np.ascontiguousarray(x, dtype=np.float32)
        if np.isinf(rows).any():
            raise ValueError("Input X contains infinity or a value too large for dtype('float32').")
        step = max(1, _MOST_PLACES // len(self.roots))
        parts = [self._mean(rows[start : start + step]) for start in range(0, len(rows), step)]
        return np.concatenate(parts) if parts else np.empty((0, self.values.shape[1]))

    def _mean(self, rows: "Array") -> "Array":
        import numpy as np

        leaves = self._leaves(rows)
        total: Array = np.zeros((len(rows), self.values.shape[1]))
        for tree in range(len(self.roots)):
            total += self.values[leaves[:, tree]]
        total /= len(self.roots)
        return total

    def _leaves(self, rows: "Array") -> "Array":
        """Return the leaf that each row reaches in each tree, shape (n_rows, n_trees)."""
        import numpy as np

        n_rows, n_trees = len(rows), len(self.roots)
        places = np.tile(self.roots, n_rows)
        on_the_way = np.arange(n_rows * n_trees)
        while len(on_the_way):
            nodes = self.nodes[places[on_the_way]]
            is_inner = nodes["left_child"] != _LEAF
            on_the_way, nodes = on_the_way[is_inner], nodes[is_inner]
            given = rows[on_the_way // n_trees, nodes["feature"]]
            goes_left = np.where(np.isnan(given), nodes["missing_go_to_left"] != 0, given <= nodes["threshold"])
            places[on_the_way] = np.where(goes_left, nodes["left_child"], nodes["right_child"])
        found: Array = places.reshape(n_rows, n_trees)
        return found


def read_trees(path: Path) -> SavedTrees:
    """Read the trees of a skops file: of a forest, or of one tree; raise Refused when it holds none, or broken ones."""
    import numpy as np

    with saved_estimator(path, "trees") as saved:
        members = saved.learned["estimators_"]["content"] if "estimators_" in saved.learned else None
        learned = [saved.attributes(one) for one in members] if members is not None else [saved.learned]
        trees = [saved.attributes(one["tree_"]) for one in learned]
        nodes = [_plain(saved.array(tree["nodes"])) for tree in trees]
        values = [saved.array(tree["values"])[:, 0, :] for tree in trees]
        roots = np.cumsum([0, *(len(each) for each in nodes)])[:-1]
        for each, own, first in zip(nodes, values, roots, strict=True):
            _check(each, own)
            is_inner = each["left_child"] != _LEAF
            for child in ("left_child", "right_child"):
                each[child][is_inner] += first
        return SavedTrees(np.concatenate(nodes), np.concatenate(values).astype(np.float64), roots)


def _plain(nodes: "Array") -> "Array":
    """Return the fields that predicting needs, side by side."""
    import numpy as np

    found = np.empty(len(nodes), [(name, nodes.dtype[name].newbyteorder("=")) for name in _FIELDS])
    for name in _FIELDS:
        found[name] = nodes[name]
    return found


def _check(nodes: "Array", values: "Array") -> None:
    """Raise ValueError for nodes that would lead round in circles or out of the tree."""
    import numpy as np

    places = np.arange(len(nodes))
    is_inner = nodes["left_child"] != _LEAF
    for child in ("left_child", "right_child"):
        to = nodes[child][is_inner]
        if not ((to > places[is_inner]) & (to < len(nodes))).all():
            raise ValueError("a child stands before its parent")
    if len(values) != len(nodes) or (nodes["feature"][is_inner] < 0).any():
        raise ValueError("values or features are missing")
