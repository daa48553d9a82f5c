"""The YAML block at the top of a Space's README."""

import re
from dataclasses import dataclass

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.positions import Placed, read_yaml
from modelyard.deploy.finding import Span

BLOCK = re.compile(r"\A\s*---[ \t]*\r?\n(?P<body>.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
SPACE_KEYS = frozenset({"sdk", "app_port", "app_file", "sdk_version", "colorFrom", "colorTo", "suggested_hardware"})
SPACE_SDKS = ("gradio", "docker", "static", "streamlit")


@dataclass(frozen=True)
class FrontMatter:
    """The block, parsed."""

    placed: Placed
    first_line: int
    """Of the block's `---`, in the file."""
    end_line: int
    start: int
    """Where the block begins and ends in the file's text; 0 and 0 when something else writes the README."""
    end: int

    @property
    def keys(self) -> dict[str, object]:
        """The top keys; empty when the block is no mapping."""
        data = self.placed.data
        return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}

    @property
    def span(self) -> Span:
        """The block."""
        return self.placed.file.span(self.first_line, self.end_line)

    def at(self, key: str) -> Span:
        """Return the line of a key."""
        return self.placed.span(key)

    @property
    def is_of_a_space(self) -> bool:
        """Whether it describes a Space, and not a page of documentation or a dataset."""
        return "sdk" in self.keys or len(SPACE_KEYS & self.keys.keys()) > 1


def read_front_matter(file: SourceFile, text: str | None = None, *, first_line: int = 1) -> FrontMatter | str | None:
    """Return the block a README begins with, why it cannot be read, or None when it has none.

    `text` is given when the README is written by a workflow or a script: `file` is then that one, and the text begins
    at `first_line` of it.
    """
    whole = file.text if text is None else text
    found = BLOCK.match(whole)
    if found is None:
        return None
    skipped = whole[: found.start("body")].count("\n")
    placed = read_yaml(file, first_line=first_line + skipped, text=found["body"])
    if isinstance(placed, str):
        return placed
    last = first_line + whole[: found.end()].count("\n")
    is_own = text is None
    return FrontMatter(
        placed, first_line + skipped - 1, last, found.start() if is_own else 0, found.end() if is_own else 0
    )
