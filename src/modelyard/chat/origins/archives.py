"""Unpacking a ZIP that anybody may have made: nothing leaves the folder, and it grows only so far."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from modelyard.chat.errors import UnreadableDocument, UploadTooLarge
from modelyard.chat.origins.choosing import is_ignored
from modelyard.chat.origins.found import LeftOut, Say
from modelyard.kernel.settings import Settings

BOMB_FLOOR_BYTES = 64 * 1024**2
"""An archive that stays below this when unpacked harms nobody, whatever its ratio."""
MAX_MEMBERS = 100_000
MAX_DEPTH = 40
MAX_NAME_BYTES = 255
"""Of one part of a path, where files are kept."""
CHUNK_BYTES = 1024**2
_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1


def in_zip(archive: Path, folder: Path, *, settings: Settings, say: Say) -> Iterator[LeftOut]:
    """Unpack an archive into a folder that is made; yield what was not unpacked.

    Raises UnreadableDocument for what is no ZIP or wholly encrypted, UploadTooLarge for one that grows beyond bounds.
    """
    folder.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            yield from _unpack(opened, folder, _Room(archive, folder, settings), say)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise UnreadableDocument(
            f"The ZIP is damaged or of a kind that is not known here ({error}).", hint="Make it again and add it."
        ) from None


class _Room:
    """How many bytes an archive may still become."""

    def __init__(self, archive: Path, folder: Path, settings: Settings) -> None:
        packed = archive.stat().st_size
        free = shutil.disk_usage(folder).free - settings.min_free_bytes
        self._by_ratio = max(BOMB_FLOOR_BYTES, settings.max_expansion * packed)
        self._left = min(self._by_ratio, int(settings.max_upload_bytes), free)
        self._ratio = settings.max_expansion

    def take(self, n_bytes: int) -> None:
        """Count bytes that are unpacked; raise when they are too many."""
        self._left -= n_bytes
        if self._left < 0:
            raise UploadTooLarge(
                f"The ZIP grows too large when unpacked: at most {self._ratio}-fold, and what the disk has room for.",
                hint="Leave out what is no document, or raise MODELYARD_MAX_EXPANSION if you trust the file.",
            )


def _unpack(opened: zipfile.ZipFile, folder: Path, room: _Room, say: Say) -> Iterator[LeftOut]:
    members = [member for member in opened.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise UploadTooLarge(f"The ZIP has {len(members):,} files; at most {MAX_MEMBERS:,} are unpacked.")
    if members and all(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableDocument("The ZIP is locked with a password.", hint="Make it without a password and add it.")
    room.take(0)
    stated = sum(member.file_size for member in members)
    shared = _shared_folder(members)
    for place, member in enumerate(members):
        if place % 100 == 0:
            say("Unpacking", place / len(members))
        name = _name(member)
        path = _inside(name)
        if path is not None and is_ignored(path):
            continue
        if (why := _refusal(member, path)) is not None:
            yield LeftOut(name[:700], *why)
            continue
        assert path is not None
        target = folder / path.relative_to(shared)
        if target.exists():
            yield LeftOut(str(path), "The ZIP has two files of this name.", "Give them different names.")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member) as source, target.open("xb") as out:
            while chunk := source.read(CHUNK_BYTES):
                room.take(len(chunk))
                out.write(chunk)
    say("Unpacked", 1.0 if stated else 0.0)


def _refusal(member: zipfile.ZipInfo, path: PurePosixPath | None) -> tuple[str, str] | None:
    """Return why a member is not unpacked, and what to do about it."""
    if path is None:
        return "Its path leads out of the ZIP, or is none.", "Pack the folder itself, with names relative to it."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "It is a link to another file.", "Pack the file that it leads to."
    if member.flag_bits & _ENCRYPTED:
        return "It is locked with a password.", "Pack it without a password."
    return None


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name as its maker wrote it: many write UTF-8 without saying so."""
    if member.flag_bits & _UTF8_NAMES:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _inside(name: str) -> PurePosixPath | None:
    """Return the path within the folder; None when it leads out of it or cannot be a file's."""
    name = name.replace("\\", "/")
    path = PurePosixPath(name)
    if name.startswith("/") or not path.parts or ":" in path.parts[0] or len(path.parts) > MAX_DEPTH:
        return None
    is_odd = any(
        part == ".." or "\0" in part or len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in path.parts
    )
    return None if is_odd else path


def _shared_folder(members: list[zipfile.ZipInfo]) -> PurePosixPath:
    """Return the one folder at the top that all files are in, as it is when a folder was packed; else none."""
    paths = [path for member in members if (path := _inside(_name(member))) is not None and not is_ignored(path)]
    tops = {path.parts[0] for path in paths}
    is_shared = len(tops) == 1 and all(len(path.parts) > 1 for path in paths)
    return PurePosixPath(tops.pop()) if is_shared else PurePosixPath()
