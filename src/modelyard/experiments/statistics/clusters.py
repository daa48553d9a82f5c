"""Samples that have something in common (a passage, a document): they say less than as many independent ones."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MIN_CLUSTERS = 20
"""With fewer groups their spread is not known well enough to speak for other groups (Cameron and Miller 2015, J. Human
Resources 50): the groups count as given, such as the tasks of a benchmark, and the samples as drawn from them."""


@dataclass(frozen=True)
class Clusters:
    """Sums over the samples of each group, shape (n_groups,), the groups without a sample left out."""

    sums: "Array"
    sizes: "Array"

    @property
    def n(self) -> int:
        """How many groups there are."""
        return len(self.sizes)

    @property
    def mean(self) -> float:
        """Mean over the samples."""
        return float(self.sums.sum() / self.sizes.sum())

    def error(self) -> float:
        """Return the standard error of the mean over samples, robust to whatever the samples of a group share.

        Liang and Zeger (1986), Biometrika 73, as for language models in Miller (2024), arXiv:2411.00640, with the
        factor n_groups / (n_groups - 1) for few groups.
        """
        apart = self.sums - self.sizes * self.mean
        return math.sqrt(float(apart @ apart) * self.n / (self.n - 1)) / float(self.sizes.sum())


def clusters_of(values: "Array", groups: "Array | None") -> Clusters | None:
    """Return the groups of `values`, shape (n_samples,), where they count as clusters; None: each sample for itself.

    `groups` of shape (n_samples,) are numbers from 0; a negative one says that the sample has no group: it stands for
    itself. Groups of one sample each are no groups.
    """
    found = grouped(values, groups)
    return found if found is not None and found.n >= MIN_CLUSTERS else None


def grouped(values: "Array", groups: "Array | None") -> Clusters | None:
    """Return the groups however few they are; None where there are fewer than two or no two samples share one."""
    import numpy as np

    if groups is None or len(values) == 0:
        return None
    alone = groups < 0
    known = np.where(alone, groups.max() + 1 + np.cumsum(alone), groups)
    _, places = np.unique(known, return_inverse=True)
    sizes = np.bincount(places)
    if len(sizes) < 2 or len(sizes) == len(values):
        return None
    return Clusters(np.bincount(places, weights=values), sizes)
