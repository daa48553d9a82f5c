"""Which encoding a text file is in, and the same text as UTF-8."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from modelyard.data.errors import UnreadableFile

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "cp1252"]
CHUNK_BYTES = 4 * 1024**2
_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# Windows-1252 text has next to no byte pairs that look like UTF-8; a file with many of both is broken, not Western.
_TOLERATED_LOOKALIKES = 0.1


@dataclass(frozen=True)
class TextFile:
    """A text in UTF-8 without byte-order mark, and the encoding it came in."""

    path: Path
    encoding: Encoding


def marked_encoding(head: bytes) -> tuple[Encoding, int] | None:
    """Return the encoding that a byte-order mark states, or the pattern of NUL bytes; and the length of the mark."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    pairs = len(head) // 2
    if pairs >= 2:
        # Latin letters in UTF-16 have a NUL as every other byte; other scripts still have spaces and line ends.
        even, odd = head[: pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
        if odd > pairs * 0.3 and even < pairs * 0.02:
            return "utf-16-le", 0
        if even > pairs * 0.3 and odd < pairs * 0.02:
            return "utf-16-be", 0
    return None


def as_utf8(path: Path, scratch: Path) -> TextFile:
    """Return the text as UTF-8: the file itself when it is that already, otherwise a copy in `scratch`.

    Raises UnreadableFile naming the line when the text is in no single encoding or holds NUL bytes.
    """
    with path.open("rb") as file:
        marked = marked_encoding(file.read(65536))
    encoding, skipped = marked or (_scan(path), 0)
    if encoding == "utf-8" and skipped:
        _scan(path)
    if encoding == "utf-8" and not skipped:
        return TextFile(path, "utf-8")
    target = scratch / "text.utf8"
    _transcode(path, target, encoding, skipped)
    return TextFile(target, encoding)


def _scan(path: Path) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, had_multibyte = 1, False
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            if (position := chunk.find(b"\0")) >= 0:
                raise _nul(line + chunk.count(b"\n", 0, position))
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                bad = max(error.start - pending, 0)
                bad_line = line + chunk.count(b"\n", 0, bad)
                if had_multibyte or not chunk[:bad].isascii():
                    raise _mixed(bad_line) from None
                return _western(path, bad_line)
            if not chunk:
                return "utf-8"
            had_multibyte = had_multibyte or not chunk.isascii()
            line += chunk.count(b"\n")


def _western(path: Path, bad_line: int) -> Encoding:
    n_lookalikes = n_high = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            n_lookalikes += len(_MULTIBYTE.findall(chunk))
            n_high += len(_HIGH.findall(chunk))
    if n_lookalikes > _TOLERATED_LOOKALIKES * n_high:
        raise _mixed(bad_line)
    return "cp1252"


def _transcode(source: Path, target: Path, encoding: Encoding, skipped: int) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with source.open("rb") as file, target.open("wb") as output:
        file.seek(skipped)
        while True:
            chunk = file.read(CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    f"About line {line:,}, bytes are not valid {encoding.upper()} ({error.reason}).",
                    hint="Open the file in an editor and save it as UTF-8.",
                ) from None
            if (position := text.find("\0")) >= 0:
                raise _nul(line + text.count("\n", 0, position))
            output.write(text.encode())
            line += text.count("\n")
            if not chunk:
                return


def _nul(line: int) -> UnreadableFile:
    return UnreadableFile(
        f"Line {line:,} holds a NUL byte, which no text has.",
        hint="The file may be damaged or half written; export it again, or remove the NUL bytes.",
    )


def _mixed(line: int) -> UnreadableFile:
    return UnreadableFile(
        f"Line {line:,} has bytes that are not UTF-8, though the rest of the file is.",
        hint="Two encodings are mixed in one file; correct that line, or save the file as UTF-8.",
    )
