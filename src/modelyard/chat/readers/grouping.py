"""Which questions mean the same: by a run, from the meaning of their words, on this machine."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST_QUESTIONS = 3_000
"""Different ones that are grouped, the newest; comparing them all takes some seconds."""
SAME_FROM = 0.93
"""Mean cosine of two groups from which on they are one, for the embedder that comes with the package.

Of 30 questions that differ in one word on purpose ("delete a dataset", "delete a model"), 9 of 10 pairs that are put
together mean the same; of those that mean the same a third is found, the others stay apart. Too many groups are easier
to read than wrong ones.
"""


class Grouping(BaseModel):
    """Questions, as `asked.normal` makes them, with the number of their group."""

    model_config = ConfigDict(frozen=True)

    groups: dict[str, int]


@dataclass(frozen=True)
class Vectors:
    """Vectors of questions: float16 of length 1, shape `(n_questions, n_dimensions)`."""

    questions: tuple[str, ...]
    vectors: "Array"

    def as_bytes(self) -> bytes:
        """Return them as a file."""
        import numpy as np

        buffer = io.BytesIO()
        # Text as bytes: an array of objects would be a pickle.
        names = np.frombuffer("\n".join(self.questions).encode(), dtype=np.uint8)
        np.savez_compressed(buffer, questions=names, vectors=self.vectors.astype(np.float16))
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Vectors":
        """Return what `as_bytes` wrote."""
        import numpy as np

        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            names = file["questions"].tobytes().decode()
            return cls(tuple(names.split("\n")) if names else (), file["vectors"])

    def by_question(self) -> "Mapping[str, Array]":
        """Return each question's vector."""
        return dict(zip(self.questions, self.vectors, strict=True))


def grouped(vectors: Vectors) -> Grouping:
    """Return the groups of questions whose meanings are near each other (average linkage of cosines)."""
    n = len(vectors.questions)
    if n < 2:
        return Grouping(groups=dict.fromkeys(vectors.questions, 0))
    return Grouping(groups=dict(zip(vectors.questions, _clusters(vectors.vectors), strict=True)))


def _clusters(vectors: "Array") -> Sequence[int]:
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    unit = vectors.astype(np.float32)
    distances = np.clip(1 - unit @ unit.T, 0, None)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    return [int(cluster) for cluster in fcluster(tree, 1 - SAME_FROM, criterion="distance")]
