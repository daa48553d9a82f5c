"""The files that a rule looks at: all but those whose time is up."""

from collections.abc import Iterator, Mapping

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.file_time import FileTime


class Shown(Mapping[str, SourceFile]):
    """The files of a code base by path, without those that are given up.

    A path that is known to be there is still answered for (`files[path]`); whoever asks whether a file is there
    (`get`, `in`) or goes through all of them does not meet one that is given up.
    """

    def __init__(self, files: Mapping[str, SourceFile], time: FileTime) -> None:
        self._files = files
        self._over = time.over

    def __getitem__(self, path: str) -> SourceFile:
        return self._files[path]

    def get(self, path: str, default: object = None) -> SourceFile | None:  # type: ignore[override]
        """Return the file at a path; None when there is none, or it is given up."""
        return None if path in self._over else self._files.get(path)

    def __contains__(self, path: object) -> bool:
        return path in self._files and path not in self._over

    def __iter__(self) -> Iterator[str]:
        return (path for path in self._files if path not in self._over) if self._over else iter(self._files)

    def __len__(self) -> int:
        return len(self._files) - len(self._over)
