"""Artifacts: bytes addressed by their SHA-256, verified on every read, in one of several stores."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

from modelyard.kernel.errors import ModelyardError, NotFound, StorageFull

CHUNK_BYTES = 1024**2


class ArtifactCorrupt(ModelyardError):
    """The bytes are not those that were stored."""

    status = 500
    default_hint = "The artifact store was changed from outside: restore the artifact from a backup."

    def __init__(self, digest: str) -> None:
        super().__init__(f"The artifact {digest[:12]}… has other bytes than were stored.")
        self.digest = digest


@dataclass(frozen=True)
class Blob:
    """Stored bytes: their SHA-256 in hex and how many there are."""

    hash: str
    size_bytes: int


class Store(Protocol):
    """What a store of bytes does; hashing and verifying stand above it."""

    def write(self, digest: str, path: Path) -> None:
        """Keep the file's bytes under `digest`; all or nothing."""

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        """Write the bytes to `target`; raise NotFound when there are none."""

    def exists(self, digest: str) -> bool:
        """Say whether there are bytes under `digest`."""

    def size(self, digest: str) -> int | None:
        """Return how many bytes there are under `digest`, None when there are none."""

    def delete(self, digest: str) -> None:
        """Forget the bytes; nothing happens when there are none."""

    def probe(self) -> None:
        """Raise when the store cannot be used."""


class ArtifactStore:
    """Content-addressed bytes over a `Store`."""

    def __init__(self, store: Store, scratch: Path) -> None:
        self._store = store
        self._scratch = scratch

    def put_file(self, path: Path) -> Blob:
        """Store a file and return its address; storing the same bytes twice keeps one copy."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not self._store.exists(digest):
            with storage_errors():
                self._store.write(digest, path)
        return Blob(digest, path.stat().st_size)

    def put_bytes(self, content: bytes) -> Blob:
        """Store bytes and return their address."""
        with storage_errors(), self.scratch_file() as path:
            path.write_bytes(content)
            return self.put_file(path)

    def read_bytes(self, digest: str) -> bytes:
        """Return verified bytes; raise NotFound or ArtifactCorrupt."""
        buffer = BytesIO()
        self._store.copy_to(digest, buffer)
        content = buffer.getvalue()
        _verify(digest, hashlib.sha256(content).hexdigest())
        return content

    def fetch(self, digest: str, folder: Path) -> Path:
        """Copy the bytes into `folder`, verify them, and return the file's path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / digest
        with storage_errors(), tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            temporary = Path(file.name)
            try:
                self._store.copy_to(digest, file.file)
                file.flush()
                with temporary.open("rb") as written:
                    _verify(digest, hashlib.file_digest(written, "sha256").hexdigest())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        return path

    def exists(self, digest: str) -> bool:
        """Say whether the artifact is there."""
        return self._store.exists(digest)

    def size_bytes(self, digest: str) -> int | None:
        """Return the artifact's size, None when it is not there."""
        return self._store.size(digest)

    def delete(self, digest: str) -> None:
        """Remove the artifact; nothing happens when it is gone already."""
        self._store.delete(digest)

    def probe(self) -> None:
        """Raise when the store cannot be written to or read."""
        self._store.probe()

    @contextmanager
    def scratch_file(self, suffix: str = "") -> Iterator[Path]:
        """Yield the path of a new empty file that is removed afterwards."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._scratch, suffix=suffix)
        os.close(descriptor)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn "no space left", a used-up quota or a file-size limit into StorageFull; everything else passes."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageFull("The disk is full.") from error
        raise


def _verify(expected: str, actual: str) -> None:
    if actual != expected:
        raise ArtifactCorrupt(expected)


def missing(digest: str) -> NotFound:
    """Return the error for bytes that are not in the store."""
    return NotFound(f"The artifact {digest[:12]}… is not in the store.")


def copy_atomically(source: Path, target: Path) -> None:
    """Copy a file so that `target` is either whole and on disk, or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        try:
            with source.open("rb") as origin:
                shutil.copyfileobj(origin, file, CHUNK_BYTES)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(target)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()
            raise
