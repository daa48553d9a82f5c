"""A code base in a ZIP, read in place: nothing is unpacked, so nothing can leave a folder or fill a disk."""

import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from modelyard.deploy.code.files import MAX_TEXT_BYTES, OTHERS_FOLDERS, CodeBase, SourceFile, normal
from modelyard.deploy.code.tracked import not_ignored
from modelyard.kernel.errors import Invalid

MAX_MEMBERS = 200_000
MAX_DEPTH = 64
_ENCRYPTED = 0x1


def read_zip(path: Path, name: str) -> CodeBase:
    """Return the code base in a ZIP, a folder that holds all of it taken off; raise Invalid for what is no ZIP.

    The archive stays open for as long as the code base is used.
    """
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise Invalid(f"{name} is no ZIP that can be read ({error}).", hint="Pack the folder as a ZIP again.") from None
    members = [one for one in opened.infolist() if not one.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise Invalid(f"{name} holds {len(members):,} files; at most {MAX_MEMBERS:,} are audited.")
    if members and all(one.flag_bits & _ENCRYPTED for one in members):
        raise Invalid(f"{name} is locked with a password.", hint="Pack it without one.")
    notes: list[str] = []
    n_left_out: dict[str, int] = {}
    found = _found(members, notes, n_left_out)
    files = {path: SourceFile(path, one.file_size, _reader(opened, one)) for path, one in found.items()}
    kept = not_ignored(files)
    for file in files.values():
        file.is_tracked = file.path in kept
    return CodeBase(name.removesuffix(".zip"), files, n_left_out, tuple(notes))


def _found(members: list[zipfile.ZipInfo], notes: list[str], n_left_out: dict[str, int]) -> dict[str, zipfile.ZipInfo]:
    top = _shared_top(members)
    found: dict[str, zipfile.ZipInfo] = {}
    for one in members:
        path = normal(one.filename)[len(top) :]
        parts = path.split("/")
        if not path or normal(one.filename) != one.filename.replace("\\", "/") or len(parts) > MAX_DEPTH:
            notes.append(f"a name leads out of the folder: {one.filename[:80]}")
        elif depth := next((place for place, part in enumerate(parts[:-1], 1) if part in OTHERS_FOLDERS), 0):
            folder = "/".join(parts[:depth])
            n_left_out[folder] = n_left_out.get(folder, 0) + 1
        elif stat.S_ISLNK(one.external_attr >> 16):
            notes.append(f"a link is not followed: {path}")
        else:
            found[path] = one
    return found


def _shared_top(members: list[zipfile.ZipInfo]) -> str:
    """Return the folder, with its slash, that everything lies in, as GitHub packs a repository; `""` without one."""
    tops = {normal(one.filename).partition("/")[0] for one in members}
    nested = all("/" in normal(one.filename) for one in members)
    return f"{tops.pop()}/" if nested and len(tops) == 1 else ""


def _reader(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with opened.open(member) as source:
                return source.read(MAX_TEXT_BYTES + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
            raise OSError(str(error)) from error

    return read
