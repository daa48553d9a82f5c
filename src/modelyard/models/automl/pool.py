"""What has been tried so far: a row per candidate with its folds, and what the leaderboard says of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from modelyard.models.automl.candidate import Candidate
from modelyard.models.objective import HIGHER_IS_BETTER, LABELS, MetricName, Score, loss, score

if TYPE_CHECKING:
    import numpy as np

State = Literal["waiting", "running", "succeeded", "failed", "pruned"]


@dataclass(frozen=True)
class FoldResult:
    """One fold of a candidate: what it took, and its files (scores and the fitted part)."""

    fold: int
    seconds: float
    row_seconds: float
    size_bytes: int
    n_steps: int | None
    notes: tuple[str, ...]
    files: Mapping[str, Path]

    @classmethod
    def read(cls, document: Mapping[str, Any], files: Mapping[str, Path]) -> "FoldResult":
        """Return what `candidate.fit_folds` said of a fold, with those of the files that belong to it."""
        prefix = f"f{document['fold']}_"
        mine = {name: path for name, path in files.items() if name.startswith(prefix)}
        return cls(**{**document, "notes": tuple(document["notes"])}, files=mine)

    def document(self) -> dict[str, Any]:
        """Return what `read` takes."""
        names = ("fold", "seconds", "row_seconds", "size_bytes", "n_steps")
        return {**{name: getattr(self, name) for name in names}, "notes": list(self.notes)}

    def scores(self) -> "np.ndarray[Any, Any]":
        """Return the predictions of the rows that the fold did not learn from."""
        import numpy as np

        found: np.ndarray[Any, Any] = np.load(self.files[f"f{self.fold}_scores.npy"])
        return found


@dataclass
class Entry:
    """A candidate on its way."""

    candidate: Candidate
    state: State = "waiting"
    folds: dict[int, FoldResult] = field(default_factory=dict)
    message: str | None = None
    is_on_trial: bool = False
    """Whether its first fold decides if the others are worth it."""
    is_alone: bool = False
    """Whether it was over its share of the memory once, and gets all there is while nothing else runs."""

    def missing(self, folds: Iterable[int]) -> list[int]:
        """Return those of the folds that are not done."""
        return [fold for fold in folds if fold not in self.folds]

    @property
    def seconds(self) -> float:
        """Time that its fits took."""
        return sum(fold.seconds for fold in self.folds.values())


@dataclass(frozen=True)
class Truth:
    """The target of each fold's rows, and what candidates are compared by."""

    actual: "Sequence[np.ndarray[Any, Any]]"
    metric: MetricName
    n_classes: int = 0
    """0 for numbers."""

    def of(self, folds: Iterable[int]) -> "np.ndarray[Any, Any]":
        """Return the targets of these folds one after the other."""
        import numpy as np

        return np.concatenate([self.actual[fold] for fold in folds])


class Pool:
    """All candidates in the order in which they came."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.entries: dict[str, Entry] = {}

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Add candidates that are not there yet."""
        for candidate in candidates:
            self.entries.setdefault(candidate.id, Entry(candidate))

    def whole(self, folds: Sequence[int]) -> list[Entry]:
        """Return the entries that have all of these folds, those for comparison only too."""
        return [e for e in self.entries.values() if folds and not e.missing(folds)]

    def members(self, folds: Sequence[int]) -> list[Entry]:
        """Return the entries that the ensemble may use."""
        return [entry for entry in self.whole(folds) if entry.candidate.is_member]

    def predictions(self, entry: Entry, folds: Sequence[int]) -> "np.ndarray[Any, Any]":
        """Return its predictions of these folds' rows, one fold after the other."""
        import numpy as np

        return np.concatenate([entry.folds[fold].scores() for fold in folds])

    def prior(self) -> dict[str, Any]:
        """Return the row of what knows no feature: the shares of the classes, or the mean."""
        import numpy as np

        actual = np.concatenate(list(self.truth.actual))
        if self.truth.n_classes:
            shares = np.bincount(actual, minlength=self.truth.n_classes) / len(actual)
            found = score(self.truth.metric, actual, np.tile(shares, (len(actual), 1)))
            label = "Shares of the classes"
        else:
            found = score(self.truth.metric, actual, np.full(len(actual), actual.mean()))
            label = "Mean of the target"
        return trial("prior", label, "succeeded", found, self.truth.metric, message="To compare with: uses no feature.")

    def loss(self, entry: Entry, folds: Sequence[int]) -> float:
        """Return its loss on these folds."""
        return loss(self.truth.metric, self.truth.of(folds), self.predictions(entry, folds))

    def score(self, entry: Entry) -> Score:
        """Return its score on the folds it has."""
        folds = sorted(entry.folds)
        return score(self.truth.metric, self.truth.of(folds), self.predictions(entry, folds))

    def row(self, entry: Entry) -> dict[str, Any]:
        """Return the entry as a row of the leaderboard."""
        found = self.score(entry) if entry.folds else None
        parts = list(entry.folds.values())
        return trial(
            entry.candidate.id,
            entry.candidate.label,
            "running" if entry.state == "waiting" else entry.state,
            found,
            self.truth.metric,
            fit_seconds=entry.seconds if parts else None,
            row_seconds=max((part.row_seconds for part in parts), default=None),
            size_bytes=max((part.size_bytes for part in parts), default=None),
            message=entry.message,
        )


def trial(
    name: str,
    label: str,
    state: str,
    found: Score | None,
    metric: MetricName,
    *,
    fit_seconds: float | None = None,
    row_seconds: float | None = None,
    size_bytes: int | None = None,
    message: str | None = None,
) -> dict[str, Any]:
    """Return a row of the leaderboard."""
    return {
        "id": name,
        "label": label,
        "state": state,
        "score": found.value if found is not None else None,
        "interval": list(found.interval) if found is not None and found.interval is not None else None,
        "metric": LABELS[metric],
        "higher_is_better": metric in HIGHER_IS_BETTER,
        "fit_seconds": fit_seconds,
        "row_seconds": row_seconds,
        "size_bytes": size_bytes,
        "message": message,
    }


def ranked(rows: Iterable[dict[str, Any]], *, last: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the rows best first; those without a score, and those named in `last`, come after the others."""
    later = set(last)

    def place(row: dict[str, Any]) -> tuple[int, float]:
        value = row["score"]
        if value is None or value != value:
            return 2, 0.0
        return int(row["id"] in later), -value if row["higher_is_better"] else value

    return sorted(rows, key=place)
