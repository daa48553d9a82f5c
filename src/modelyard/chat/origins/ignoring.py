"""What a folder's `.gitignore` files leave out: what nobody keeps is nobody's document."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from modelyard.chat.origins.found import LeftOut

NAME = ".gitignore"
MAX_BYTES = 256 * 1024
"""Of one such file; a longer one is none that a person wrote, and is not read."""


class Ignoring:
    """The `.gitignore` files of a folder and the folders in it, as they are met on the way down.

    Files above the folder do not count: whoever adds a folder that is ignored there, such as a built site, wants it.
    """

    def __init__(self) -> None:
        self._specs: dict[PurePosixPath, GitIgnoreSpec] = {}
        self._n_files = self._n_folders = 0

    def enter(self, folder: Path, relative: PurePosixPath) -> None:
        """Read the file of a folder, if it has one; `relative` is the folder's path in the origin."""
        path = folder / NAME
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_BYTES:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            self._specs[relative] = GitIgnoreSpec.from_lines(lines)

    def has_file(self, path: PurePosixPath) -> bool:
        """Say whether a file is ignored, and count it."""
        is_ignored = self._matches(path, "")
        self._n_files += is_ignored
        return is_ignored

    def has_folder(self, path: PurePosixPath) -> bool:
        """Say whether a folder is ignored with all that is in it, and count it."""
        is_ignored = self._matches(path, "/")
        self._n_folders += is_ignored
        return is_ignored

    def summary(self) -> Iterator[LeftOut]:
        """Yield a line that says how much was ignored, if anything was."""
        counted = [(self._n_files, "file"), (self._n_folders, "folder")]
        said = " and ".join(f"{n:,} {what}{'s' if n > 1 else ''}" for n, what in counted if n)
        if said:
            yield LeftOut(NAME, f"{said} ignored by Git.", "Take its line out of .gitignore to have one read.")

    def _matches(self, path: PurePosixPath, ending: str) -> bool:
        """Return what the innermost file says that says anything, as Git does."""
        for folder in (path.parent, *path.parent.parents):
            spec = self._specs.get(folder)
            said = spec.check_file(f"{path.relative_to(folder)}{ending}").include if spec is not None else None
            if said is not None:
                return said
        return False
