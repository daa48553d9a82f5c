"""Which files git keeps: from its index, or from the ignore files where there is no index."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True)
class Tracked:
    """The paths git keeps, and whether git itself said so."""

    paths: frozenset[str]
    is_git: bool


def tracked_paths(root: Path, found: Iterable[str]) -> Tracked:
    """Return which of the files found are tracked. `.git` as a file points elsewhere and is not followed."""
    from dulwich.index import Index

    index = root / ".git" / "index"
    if (root / ".git").is_dir() and not (root / ".git").is_symlink() and index.is_file():
        try:
            return Tracked(frozenset(path.decode("utf-8", "replace") for path in Index(index)), is_git=True)
        except (OSError, ValueError, AssertionError):
            pass  # an index of a later version: the ignore files answer as well as they can
    return Tracked(_not_ignored(root, found), is_git=False)


def _not_ignored(root: Path, found: Iterable[str]) -> frozenset[str]:
    """Return the paths that no ignore file between them and the top names."""
    from pathspec import GitIgnoreSpec

    paths = list(found)
    specs = {
        path.rpartition("/")[0]: GitIgnoreSpec.from_lines((root / path).read_text("utf-8", "replace").splitlines())
        for path in paths
        if path.rpartition("/")[2] == ".gitignore"
    }
    return frozenset(path for path in paths if not _is_ignored(path, specs))


def _is_ignored(path: str, specs: "dict[str, GitIgnoreSpec]") -> bool:
    """Say what the nearest ignore file that knows the path says."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if (spec := specs.get(folder)) is not None:
            said = spec.check_file(path[len(folder) + 1 :] if folder else path).include
            if said is not None:
                return bool(said)
    return False
