"""Which format a file is in, from its bytes; refuses at once what cannot be read. Imports nothing heavy."""

import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from modelyard.data.encodings import marked_encoding
from modelyard.data.errors import UnreadableFile
from modelyard.kernel.settings import Settings

FileFormat = Literal["csv", "json", "jsonl", "parquet", "xlsx"]
HEAD_BYTES = 65536
BOMB_FLOOR_BYTES = 64 * 1024**2
"""A compressed file that stays below this when unpacked harms nobody, whatever its ratio."""
_EXPORT = "Export it as CSV, Parquet, JSON, JSON Lines or XLSX."
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or a password-protected file", "Save it as XLSX without a password."),
    (b"%PDF", "a PDF", "Export the table behind it as CSV or XLSX."),
    (b"\x89PNG", "a picture", _EXPORT),
    (b"\xff\xd8\xff", "a picture", _EXPORT),
    (b"GIF8", "a picture", _EXPORT),
    (b"ARROW1", "an Arrow (Feather) file", "Save it as Parquet."),
    (b"ORC", "an ORC file", "Save it as Parquet."),
    (b"Obj\x01", "an Avro file", "Save it as Parquet."),
    (b"\x89HDF", "an HDF5 file", "Save its table as Parquet or CSV."),
    (b"SQLite format 3", "a SQLite database", "Export one of its tables as CSV."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and upload the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and upload the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the file inside."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and upload the file inside."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it and upload the file inside."),
    (b"\x80\x02", "a Python pickle", "Pickles can run code and are never opened. " + _EXPORT),
    (b"\x80\x03", "a Python pickle", "Pickles can run code and are never opened. " + _EXPORT),
    (b"\x80\x04", "a Python pickle", "Pickles can run code and are never opened. " + _EXPORT),
    (b"\x80\x05", "a Python pickle", "Pickles can run code and are never opened. " + _EXPORT),
)
_ENDINGS: dict[str, tuple[FileFormat, ...]] = {
    ".csv": ("csv",),
    ".tsv": ("csv",),
    ".tab": ("csv",),
    ".txt": ("csv", "jsonl"),
    ".json": ("json", "jsonl"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".parquet": ("parquet",),
    ".pq": ("parquet",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
}


@dataclass(frozen=True)
class Detected:
    """The format of a file, and whether it is packed with gzip."""

    format: FileFormat
    is_gzip: bool = False


def detect(path: Path, settings: Settings) -> Detected:
    """Return the file's format; raise UnreadableFile for what no reader could take."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe\0"):
        raise UnreadableFile("The file is empty.", hint="Check that the export finished, then upload it again.")
    if head.startswith(b"\x1f\x8b"):
        return Detected(_text_format(_unpacked_head(head)), is_gzip=True)
    if head.startswith(b"PAR1"):
        _check_parquet_ends(path)
        return Detected("parquet")
    if head.startswith(b"PK"):
        _check_workbook(path, settings.max_expansion)
        return Detected("xlsx")
    return Detected(_text_format(head))


def contradicts(filename: str, found: FileFormat) -> bool:
    """Say whether the name's ending promises another format than the bytes are in."""
    ending = Path(filename.lower().removesuffix(".gz")).suffix
    return ending in _ENDINGS and found not in _ENDINGS[ending]


def _unpacked_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error as error:
        raise UnreadableFile(
            f"The gzip file is damaged ({error}).", hint="Pack it again, or upload it unpacked."
        ) from None


def _text_format(head: bytes) -> FileFormat:
    for magic, name, hint in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableFile(f"This is {name}, not a dataset.", hint=hint)
    marked = marked_encoding(head)
    if marked is None and _is_binary(head):
        raise UnreadableFile("This is a binary file of a format that is not known here.")
    encoding, skipped = marked or ("utf-8", 0)
    return _json_format(head[skipped:].decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")) or "csv"


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(code) for code in range(32) if code not in b"\t\n\r\f\v\x1a\x1b")
    return controls > len(head) * 0.01 + 2


def _json_format(text: str) -> FileFormat | None:
    inside = text[1:].lstrip()[:1]
    if text.startswith("["):
        return "json" if inside in ("{", "[", "]", "") else None
    if not text.startswith("{") or inside not in ('"', "}"):
        return None
    line, _, rest = text.partition("\n")
    try:
        first = json.loads(line)
    except ValueError:
        return "json" if not line.rstrip().endswith("}") else "jsonl"
    return "jsonl" if rest.strip() or not _holds_rows(first) else "json"


def _holds_rows(document: dict[str, Any]) -> bool:
    """Say whether one object is a whole dataset: a list or an object per column, or records below one key."""
    values = list(document.values())
    has_records = any(isinstance(value, list) and value and isinstance(value[0], dict) for value in values)
    return has_records or (bool(values) and all(isinstance(value, list | dict) for value in values))


def _check_parquet_ends(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        tail = file.read(8)
    length = struct.unpack("<I", tail[:4])[0] if len(tail) == 8 else 0
    if tail[4:] != b"PAR1" or length + 12 > size:
        raise UnreadableFile("The Parquet file is cut off: its end is missing.", hint="Copy or export it again.")


def _check_workbook(path: Path, max_expansion: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise UnreadableFile(
            "The XLSX file is damaged or cut off.", hint="Open it in Excel and save it again."
        ) from None
    total = sum(member.file_size for member in members)
    if total > BOMB_FLOOR_BYTES and total > max_expansion * path.stat().st_size:
        times = total / path.stat().st_size
        raise UnreadableFile(
            f"The file would grow {times:,.0f}-fold when unpacked; at most {max_expansion}-fold is accepted.",
            hint="Save the sheet as CSV, or raise MODELYARD_MAX_EXPANSION if you trust the file.",
        )
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise UnreadableFile(
            "This is a ZIP archive, not an XLSX workbook.", hint="Unpack it and upload the file inside."
        )
