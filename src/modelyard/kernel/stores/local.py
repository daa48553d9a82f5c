"""Artifacts in a folder of the local disk."""

import shutil
from pathlib import Path
from typing import IO

from modelyard.kernel.artifacts import CHUNK_BYTES, copy_atomically, missing


class LocalStore:
    """Files named by their hash, two levels deep, published by atomic rename."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def write(self, digest: str, path: Path) -> None:
        """Copy the file's bytes and publish them by rename."""
        copy_atomically(path, self._path(digest))

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        """Write the bytes to `target`."""
        try:
            with self._path(digest).open("rb") as file:
                shutil.copyfileobj(file, target, CHUNK_BYTES)
        except FileNotFoundError:
            raise missing(digest) from None

    def exists(self, digest: str) -> bool:
        """Say whether the file is there."""
        return self._path(digest).is_file()

    def size(self, digest: str) -> int | None:
        """Return the file's size."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, digest: str) -> None:
        """Remove the file."""
        self._path(digest).unlink(missing_ok=True)

    def probe(self) -> None:
        """Write and remove an empty file."""
        self._root.mkdir(parents=True, exist_ok=True)
        marker = self._root / ".probe"
        marker.touch()
        marker.unlink(missing_ok=True)
