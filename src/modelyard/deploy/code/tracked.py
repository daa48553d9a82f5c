"""Which files git keeps: from its index, or from the ignore files where there is no index."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from modelyard.deploy.code.files import SourceFile


def indexed(root: Path) -> frozenset[str] | None:
    """Return the paths in git's index, or None without one. `.git` as a file points elsewhere and is not followed."""
    from dulwich.index import Index

    index = root / ".git" / "index"
    if not (root / ".git").is_dir() or (root / ".git").is_symlink() or not index.is_file():
        return None
    try:
        return frozenset(path.decode("utf-8", "replace") for path in Index(index))
    except (OSError, ValueError, AssertionError):
        return None  # an index of a later version: the ignore files answer as well as they can


def not_ignored(files: "Mapping[str, SourceFile]") -> frozenset[str]:
    """Return the paths that no ignore file between them and the top names."""
    from pathspec import GitIgnoreSpec

    ignoring = [file for file in files.values() if file.name == ".gitignore"]
    specs = {file.folder: GitIgnoreSpec.from_lines(file.text.splitlines()) for file in ignoring}
    return frozenset(path for path in files if not _is_ignored(path, specs))


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
