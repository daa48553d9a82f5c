"""YAML, TOML and JSON with the line of every value. Aliases of YAML are not expanded: a bomb stays small."""

from dataclasses import dataclass
from typing import Any

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Span


@dataclass(frozen=True)
class Placed:
    """A document as plain data, with the lines of its parts."""

    file: SourceFile
    data: Any
    lines: dict[tuple[str | int, ...], int]
    """The line, from 1, of each path into the data (of the key, for members of a mapping)."""

    def span(self, *path: str | int) -> Span:
        """Return the lines of the part at a path; of the nearest part above where there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.file.span(self.lines.get(path, 1))


def read_yaml(file: SourceFile, *, first_line: int = 1, text: str | None = None) -> Placed | str:
    """Return a YAML document (or the `text` that begins at `first_line`), or why it cannot be read."""
    raise NotImplementedError


def read_toml(file: SourceFile) -> Placed | str:
    """Return a TOML document, or why it cannot be read."""
    raise NotImplementedError


def read_json(file: SourceFile) -> Placed | str:
    """Return a JSON document (comments and trailing commas allowed), or why it cannot be read."""
    raise NotImplementedError
