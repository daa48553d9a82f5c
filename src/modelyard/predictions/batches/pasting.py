"""Rows that are no file: JSON, or text with a row to a line, as the bytes of one."""

import codecs
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from modelyard.kernel.errors import TooLarge


@dataclass(frozen=True)
class Source:
    """What a body is: a file under its name, or lines that become values of one input."""

    filename: str
    line_of: str | None = None


def source_of(filename: str, content_type: str, signature: dict[str, Any]) -> Source:
    """Return what a body is, from the name it came with, its type, and what the model takes."""
    if filename:
        return Source(filename)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return Source("rows.json")
    inputs = signature.get("inputs", [])
    is_text = len(inputs) == 1 and inputs[0]["dtype"] == "string"
    if kind == "text/plain":
        return Source("pasted.txt", inputs[0]["name"] if is_text else None)
    return Source("rows")


async def as_rows(chunks: AsyncIterator[bytes], source: Source, *, max_line: int) -> AsyncIterator[bytes]:
    """Yield the body's bytes; lines become JSON, so that nothing in them is taken for a delimiter or a quote.

    Raises TooLarge for a line of more than `max_line` characters.
    """
    if source.line_of is None:
        async for chunk in chunks:
            yield chunk
        return
    decoder, rest = codecs.getincrementaldecoder("utf-8-sig")(errors="replace"), ""
    async for chunk in chunks:
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        if len(rest) > max_line:
            raise TooLarge(f"A line is longer than {max_line:,} characters.", hint="Put a line break behind each row.")
        yield _documents(lines, source.line_of)
    yield _documents([rest + decoder.decode(b"", final=True)], source.line_of)


def _documents(lines: list[str], name: str) -> bytes:
    kept = [line.strip() for line in lines]
    return "".join(json.dumps({name: line.replace("\0", "�")}) + "\n" for line in kept if line).encode()
