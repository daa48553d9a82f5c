"""The text of a file, whichever encoding it is in, also when there are several."""

import re
from dataclasses import dataclass

from modelyard.chat.errors import UnreadableDocument
from modelyard.data.encodings import marked_encoding

HEAD_BYTES = 65536
MAX_CONTROL_SHARE = 0.02
"""Control characters of a text file are fewer; a binary file has more."""
MIN_CONFIDENCE = 0.8
"""Of the guess of an encoding that no mark states."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\v\x1a\x1b")
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)


@dataclass(frozen=True)
class Decoded:
    """A text and what is worth telling about how it was read."""

    text: str
    notes: tuple[str, ...] = ()


def decoded(content: bytes, *, is_html: bool = False) -> Decoded:
    """Return the text of a file; raise UnreadableDocument for a binary file and for an empty one.

    A byte-order mark or what an HTML file declares is believed when it holds, then UTF-8. Lines in another encoding
    than the rest are read as Windows-1252, and told.
    """
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise UnreadableDocument("The file is empty.", hint="Check that it was saved, then add it again.")
    if (marked := marked_encoding(content[:HEAD_BYTES])) is not None:
        encoding, skipped = marked
        if encoding != "utf-8":
            return Decoded(content[skipped:].decode(encoding, errors="replace"))
        content = content[skipped:]
    elif _is_binary(content[:HEAD_BYTES]):
        raise UnreadableDocument("This is a binary file of a format that is not known here.")
    for encoding_name in ("utf-8", _declared(content) if is_html else None):
        if encoding_name is not None and (text := _strictly(content, encoding_name)) is not None:
            return Decoded(text)
    return _mixed(content)


def _is_binary(head: bytes) -> bool:
    return sum(head.count(code) for code in _CONTROLS) > len(head) * MAX_CONTROL_SHARE + 2


def _declared(content: bytes) -> str | None:
    found = _DECLARED.search(content[:4096])
    return found.group(1).decode("ascii", "replace") if found else None


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _mixed(content: bytes) -> Decoded:
    """Return text that is not all UTF-8: in the encoding of a whole file of another script, or line by line."""
    lines = content.split(b"\n")
    strange = [place for place, line in enumerate(lines) if _strictly(line, "utf-8") is None]
    n_other = sum(not line.isascii() for line in lines) - len(strange)
    if n_other == 0 and (guess := _guessed(content)) is not None:
        return guess
    read = set(strange)
    text = "\n".join(
        line.decode("cp1252", errors="replace") if place in read else line.decode() for place, line in enumerate(lines)
    )
    where = (
        f"line {strange[0] + 1:,}" if len(strange) == 1 else f"{len(strange):,} lines, the first is {strange[0] + 1:,},"
    )
    told = f"The file is not all UTF-8; {where} was read as Windows-1252."
    return Decoded(text, (told.replace("was read", "were read") if len(strange) > 1 else told,))


def _guessed(content: bytes) -> Decoded | None:
    """Return the text in the encoding that its bytes look like, unless they look Western."""
    import chardet

    found = chardet.detect(content[:HEAD_BYTES])
    name, confidence = found["encoding"], found["confidence"] or 0.0
    if name is None or confidence < MIN_CONFIDENCE or name.lower() in ("ascii", "iso-8859-1", "windows-1252", "utf-8"):
        return None
    text = _strictly(content, name)
    return Decoded(text, (f"The file was read as {name}, which its bytes look like.",)) if text is not None else None
