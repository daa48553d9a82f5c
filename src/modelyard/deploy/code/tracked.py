"""Which files git keeps: from its index, or from the ignore files where there is no index."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


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
    import pathspec

    ignore = root / ".gitignore"
    lines = (
        ignore.read_text("utf-8", errors="replace").splitlines() if ignore.is_file() and not ignore.is_symlink() else []
    )
    spec = pathspec.PathSpec.from_lines("gitwildmatch", lines)
    return frozenset(path for path in found if not spec.match_file(path))
