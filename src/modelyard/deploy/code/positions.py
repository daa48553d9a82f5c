"""YAML, TOML and JSON with the line of every value. Aliases of YAML are shared, not copied, and bombs refused."""

from dataclasses import dataclass
from typing import Any

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.reading_json import json_parts
from modelyard.deploy.code.reading_toml import toml_parts
from modelyard.deploy.code.reading_yaml import yaml_parts
from modelyard.deploy.finding import Span

Parts = tuple[Any, dict[tuple[str | int, ...], int]]


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
    return _placed(file, yaml_parts(file.text if text is None else text, first_line))


def read_toml(file: SourceFile) -> Placed | str:
    """Return a TOML document, or why it cannot be read."""
    return _placed(file, toml_parts(file.text))


def read_json(file: SourceFile) -> Placed | str:
    """Return a JSON document (comments and trailing commas allowed), or why it cannot be read."""
    return _placed(file, json_parts(file.text))


def _placed(file: SourceFile, parts: Parts | str) -> Placed | str:
    if file.is_binary:
        return "it holds no text"
    return parts if isinstance(parts, str) else Placed(file, *parts)
