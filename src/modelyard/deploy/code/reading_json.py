"""JSON as plain data with the line of every part; comments and trailing commas are allowed."""

import bisect
import json
import re
from typing import Any

Path = tuple[str | int, ...]
_BLANK = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_WORD = re.compile(r"[-+.\w]+")
_CONSTANTS = {"true": True, "false": False, "null": None}
MAX_DEPTH = 200
"""Of arrays and objects within each other."""


def json_parts(text: str) -> tuple[Any, dict[Path, int]] | str:
    """Return a document's data and the line of each path into it, or why it cannot be read."""
    reader = _Reader(text)
    try:
        data = reader.value((), 0)
        reader.skip()
        if reader.at < len(text):
            raise reader.error("nothing more was expected")
    except ValueError as error:
        return f"not valid JSON{error}"
    return data, reader.lines


class _Reader:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._text = text
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def error(self, why: str) -> ValueError:
        """Return the error for what stands here."""
        return ValueError(f" at line {self._line()}: {why}")

    def skip(self) -> None:
        """Go past spaces and comments."""
        found = _BLANK.match(self._text, self.at)
        self.at = found.end() if found else self.at

    def value(self, path: Path, depth: int) -> Any:
        """Return the value that stands next."""
        self.skip()
        self.lines.setdefault(path, self._line())
        if depth > MAX_DEPTH:
            raise self.error("nested too deep")
        match self._text[self.at : self.at + 1]:
            case "{":
                return self._object(path, depth)
            case "[":
                return self._array(path, depth)
            case '"':
                return self._string()
        return self._word()

    def _object(self, path: Path, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self.at += 1
        while not self._closes("}"):
            line = self._line()
            key = self._string()
            self.lines[(*path, key)] = line
            self.skip()
            self._take(":")
            data[key] = self.value((*path, key), depth + 1)
            self._separates("}")
        return data

    def _array(self, path: Path, depth: int) -> list[Any]:
        data: list[Any] = []
        self.at += 1
        while not self._closes("]"):
            data.append(self.value((*path, len(data)), depth + 1))
            self._separates("]")
        return data

    def _closes(self, bracket: str) -> bool:
        self.skip()
        if self._text[self.at : self.at + 1] != bracket:
            return False
        self.at += 1
        return True

    def _separates(self, bracket: str) -> None:
        self.skip()
        if self._text[self.at : self.at + 1] != bracket:
            self._take(",")

    def _take(self, sign: str) -> None:
        if self._text[self.at : self.at + 1] != sign:
            raise self.error(f"{sign!r} was expected")
        self.at += 1

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if found is None:
            raise self.error("a string was expected")
        self.at = found.end()
        return str(json.loads(found[0], strict=False))

    def _word(self) -> Any:
        found = _WORD.match(self._text, self.at)
        if found is None:
            raise self.error("a value was expected")
        self.at = found.end()
        if found[0] in _CONSTANTS:
            return _CONSTANTS[found[0]]
        try:
            return json.loads(found[0])
        except ValueError:
            raise self.error("a value was expected") from None

    def _line(self) -> int:
        return bisect.bisect_left(self._ends, self.at) + 1
