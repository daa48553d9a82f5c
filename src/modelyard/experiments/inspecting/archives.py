"""The files that come in: what a zip says of itself is looked at before anything in it is unpacked."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from modelyard.experiments.inspecting.errors import LogTooLarge, UnreadableLog

LOG_ENDING = ".eval"
HEADERS = frozenset({"header.json", "_journal/start.json"})
"""One of them is in every log: the first in one that ended, the second in one that was broken off too."""
SAMPLES = "samples/"
MOST_LOGS = 50
MOST_MEMBERS = 500_000
MOST_MEMBER_BYTES = 128 * 2**20
"""Of one sample, unpacked: it is in memory as a whole while it is read."""
MOST_BYTES = 20 * 2**30
"""Of everything in a file, unpacked."""


def require_logs(path: Path) -> None:
    """Raise UnreadableLog or LogTooLarge for a file that is neither a log nor a zip of logs, by its directory alone."""
    with _opened(path) as archive:
        if not is_log(archive) and not _logs_in(archive):
            raise UnreadableLog("This zip holds no log of Inspect.")


def unpacked_logs(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the logs in a file: the file itself, or those in the zip, each unpacked into the folder in its turn.

    Raises as `require_logs`.
    """
    with _opened(path) as archive:
        if is_log(archive):
            yield path
            return
        inner = _logs_in(archive)
        if not inner:
            raise UnreadableLog("This zip holds no log of Inspect.")
        for place, each in enumerate(inner):
            target = folder / f"{place}{LOG_ENDING}"
            try:
                with archive.open(each) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)
            except (BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
                raise UnreadableLog(f"{each.filename!r} in the zip cannot be unpacked: {error}.") from None
            require_log(target, each.filename)
            yield target


def require_log(path: Path, name: str) -> None:
    """Raise UnreadableLog for a file in a zip that is no log itself."""
    with _opened(path) as archive:
        if not is_log(archive):
            raise UnreadableLog(f"{name!r} is no log of Inspect.")


def is_log(archive: ZipFile) -> bool:
    """Say whether an archive is a log."""
    return not HEADERS.isdisjoint(archive.namelist())


def sample_members(archive: ZipFile) -> dict[str, ZipInfo]:
    """Return where the samples are; of one that was written twice, the later."""
    members = ((each.filename, each) for each in archive.infolist())
    return {name: each for name, each in members if name.startswith(SAMPLES) and name.endswith(".json")}


def _logs_in(archive: ZipFile) -> list[ZipInfo]:
    found = [each for each in archive.infolist() if each.filename.endswith(LOG_ENDING) and not each.is_dir()]
    if len(found) > MOST_LOGS:
        raise LogTooLarge(f"{len(found):,} logs are in this zip; {MOST_LOGS} are the most.")
    return found


def _opened(path: Path) -> ZipFile:
    try:
        archive = ZipFile(path)
    except (BadZipFile, LargeZipFile, NotImplementedError, OSError, ValueError) as error:
        said = "it is broken off, or no zip at all" if isinstance(error, BadZipFile) else str(error)
        raise UnreadableLog(f"This file cannot be opened as a log of Inspect: {said}.") from None
    try:
        _require_bounded(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def _require_bounded(archive: ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise LogTooLarge(f"{len(members):,} files are in this one; {MOST_MEMBERS:,} are the most.")
    total = sum(each.file_size for each in members)
    if total > MOST_BYTES:
        raise LogTooLarge(f"Unpacked this file is {total >> 30:,} GB; {MOST_BYTES >> 30} GB are the most.")
    for each in members:
        is_inner_log = each.filename.endswith(LOG_ENDING)
        if each.file_size > MOST_MEMBER_BYTES and not is_inner_log:
            most = MOST_MEMBER_BYTES >> 20
            raise LogTooLarge(f"{each.filename!r} is {each.file_size >> 20:,} MB unpacked; {most} MB are the most.")
