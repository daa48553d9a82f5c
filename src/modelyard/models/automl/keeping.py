"""What outlives a killed attempt: each fold of each candidate with its files, and the time that is spent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from modelyard.models.automl.candidate import Candidate
from modelyard.models.automl.options import Host
from modelyard.models.automl.pool import Entry, FoldResult

PROGRESS = "progress"


def keep(host: Host, entry: Entry, folds: Sequence[int]) -> None:
    """Keep what the entry has of these folds."""
    for fold in folds:
        if (result := entry.folds.get(fold)) is not None:
            host.remember(_name(entry, fold), result.document(), result.files)


def recalled(host: Host, entry: Entry, folds: Sequence[int]) -> list[FoldResult]:
    """Return those of the folds that an attempt before this one kept."""
    found = []
    for fold in folds:
        kept = host.remembered(_name(entry, fold))
        if kept is not None:
            files = {name: host.recalled_file(digest) for name, digest in kept.pop("files").items()}
            found.append(FoldResult.read(kept, files))
    return found


@dataclass(frozen=True)
class Progress:
    """How far attempts before this one came: seconds spent, folds that count once decided, candidates drawn."""

    spent: float = 0.0
    used: list[int] | None = None
    searched: tuple[Candidate, ...] = ()


def keep_progress(host: Host, progress: Progress) -> None:
    """Keep how far this attempt is."""
    searched = [asdict(candidate) for candidate in progress.searched]
    host.remember(PROGRESS, {"spent": progress.spent, "used": progress.used, "searched": searched})


def recalled_progress(host: Host) -> Progress:
    """Return how far attempts before this one came."""
    kept = host.remembered(PROGRESS)
    if kept is None:
        return Progress()
    searched = tuple(Candidate(**{**stated, "nodes": tuple(stated["nodes"])}) for stated in kept["searched"])
    return Progress(float(kept["spent"]), kept["used"], searched)


def _name(entry: Entry, fold: int) -> str:
    return f"{entry.candidate.id} fold {fold}"
