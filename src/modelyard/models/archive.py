"""One file for a chain: a ZIP of stored entries, `chain.json` and the engine's files; read with care."""

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Refused

DOCUMENT = "chain.json"
ENGINE_FOLDER = "engine"
_ENTRY = re.compile(rf"{ENGINE_FOLDER}/[a-z0-9_]+\.[a-z0-9]+")
_MAX_ENTRIES = 1000
"""An ensemble has a handful of files for each of its members."""
_BLOCK_BYTES = 1024**2
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same chain must give the same bytes: entries carry no time."""


def pack(path: Path, document: dict[str, Any], engine_files: Path) -> None:
    """Write the document and the files of a folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)
        archive.writestr(zipfile.ZipInfo(DOCUMENT, _EPOCH), text)
        for file in sorted(engine_files.iterdir()):
            with file.open("rb") as source, archive.open(_info(file), "w", force_zip64=True) as entry:
                while block := source.read(_BLOCK_BYTES):
                    entry.write(block)


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Write the engine's files to `folder` and return the document; raise Refused for anything out of the ordinary."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in _checked(archive):
                with archive.open(entry) as source, (folder / Path(entry.filename).name).open("wb") as file:
                    shutil.copyfileobj(source, file, _BLOCK_BYTES)
            document: dict[str, Any] = json.loads(archive.read(DOCUMENT))
            return document
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Refused("This file is not a model.", hint="Download it from the yard again.") from error


def _info(file: Path) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(f"{ENGINE_FOLDER}/{file.name}", _EPOCH)


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if entry.filename != DOCUMENT]
    # Stored entries only: what is unpacked cannot be larger than the file.
    is_plain = all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
    if not is_plain or len(entries) > _MAX_ENTRIES or not all(_ENTRY.fullmatch(entry.filename) for entry in entries):
        raise Refused("This file is not a model of this yard.", hint="Nothing was unpacked.")
    return entries
