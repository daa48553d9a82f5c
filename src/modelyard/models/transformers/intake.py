"""A checkpoint brought in as a ZIP or a folder: only files that are known are written, and none beyond the limits."""

import errno
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from modelyard.kernel.artifacts import storage_errors
from modelyard.kernel.errors import Invalid, TooLarge
from modelyard.kernel.weights import SUFFIX
from modelyard.models.transformers.checkpoint import KEPT, refuse_code

MAX_ENTRIES = 1000
BLOCK_BYTES = 1024**2
LEAST_COMPARED_BYTES = 16 * 1024**2
"""Below this a file may be compressed as well as it likes."""


def is_kept(name: str) -> bool:
    """Say whether a file of a checkpoint is read."""
    return name in KEPT or name.endswith(SUFFIX)


def unzip(source: Path, folder: Path, *, max_bytes: int, max_expansion: int, alive: Callable[[], None]) -> None:
    """Write the files of a checkpoint to `folder`; raise Invalid or TooLarge before anything is out of the ordinary.

    They may lie in one folder within the ZIP. `alive` is called while bytes are written.
    """
    with storage_errors(), _read_as_zip(), zipfile.ZipFile(source) as archive:
        entries = _checked(archive.infolist())
        left = min(max_bytes, max(max_expansion * source.stat().st_size, LEAST_COMPARED_BYTES))
        for entry in entries:
            left -= _write(archive, entry, folder / PurePosixPath(entry.filename).name, left, alive)


@contextmanager
def _read_as_zip() -> Iterator[None]:
    """Turn whatever is found wrong with a ZIP into a sentence, such as a place before the file's beginning."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError) as error:
        raise _no_zip(error) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise _no_zip(error) from error


def _no_zip(error: Exception) -> Invalid:
    return Invalid(
        f"This is not a whole ZIP file: {error}", hint="Pack the folder of the checkpoint again, and upload that."
    )


def pack_folder(source: Path, path: Path) -> None:
    """Write the files of a checkpoint's folder as a ZIP; links are followed, other folders left out."""
    refuse_code(file.name for file in source.iterdir() if file.is_file())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(source.iterdir()):
            if file.is_file() and is_kept(file.name):
                archive.write(file, file.name)


def copy_folder(source: Path, folder: Path) -> None:
    """Copy the files of a checkpoint that are read into `folder`."""
    refuse_code(file.name for file in source.iterdir() if file.is_file())
    for file in sorted(source.iterdir()):
        if file.is_file() and is_kept(file.name):
            shutil.copyfile(file, folder / file.name)


def _checked(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the entries to write."""
    if len(entries) > MAX_ENTRIES:
        raise Invalid(f"The ZIP has {len(entries):,} entries; a checkpoint has a handful of files.")
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in files:
        _refuse_strange(entry)
    tops = {PurePosixPath(entry.filename).parts[:-1] for entry in files if is_kept(_name(entry))}
    if len(tops) > 1:
        raise Invalid(
            "The ZIP has files of checkpoints in several folders.", hint="Pack one checkpoint's folder alone."
        )
    beside = [entry for entry in files if PurePosixPath(entry.filename).parts[:-1] in tops]
    refuse_code(_name(entry) for entry in beside)
    return [entry for entry in beside if is_kept(_name(entry))]


def _refuse_strange(entry: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(entry.filename).parts
    is_outside = entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename or ":" in entry.filename
    if is_outside or stat.S_ISLNK(entry.external_attr >> 16):
        raise Invalid(f"The ZIP leads out of itself ({entry.filename[:100]!r}); nothing was unpacked.")
    if entry.flag_bits & 1:
        raise Invalid("The ZIP is encrypted.", hint="Pack it without a password.")


def _name(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).name


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, left: int, alive: Callable[[], None]) -> int:
    """Write one entry and return its size; what the ZIP states of it is not believed."""
    n_bytes = 0
    with archive.open(entry) as source, _whole(path) as file:
        while block := source.read(BLOCK_BYTES):
            n_bytes += len(block)
            if n_bytes > left:
                raise TooLarge(
                    f"Unpacked, the ZIP is larger than may be taken ({_name(entry)}).",
                    hint="The limits are MODELYARD_MAX_UPLOAD_BYTES and MODELYARD_MAX_EXPANSION.",
                )
            file.write(block)
            alive()
    return n_bytes


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    if path.exists():
        raise Invalid(f"The ZIP has {path.name} twice.")
    with path.open("wb") as file:
        yield file
