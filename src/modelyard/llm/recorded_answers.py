"""Answers that were recorded elsewhere: which question a request asks, and what was said to it."""

import gzip
import json
import zlib
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, TooLarge

FOLDER = Path(__file__).parent / "recordings"
"""Recordings that come with the product, each with its licence."""
MOST_BYTES = 256 * 2**20
"""Of a file of recorded answers, unpacked."""
LONGEST_PREFIX = 24
"""Characters by which the places are found where a question may begin."""


class Recording:
    """Questions with what was said to each, by the name of how it was asked."""

    def __init__(self, completions: Mapping[str, Mapping[str, str]]) -> None:
        self.completions = completions
        self._ordered = sorted(completions)
        self._shorter = list(_shorter(self._ordered))
        self._longest = max(map(len, self._ordered))
        self._n_prefix = min(LONGEST_PREFIX, min(map(len, self._ordered)))
        self._prefixes = frozenset(each[: self._n_prefix] for each in self._ordered)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the ways in which questions were asked, in the order of the file."""
        return tuple(dict.fromkeys(name for said in self.completions.values() for name in said))

    def question_in(self, text: str) -> str | None:
        """Return the question that a text asks last, of several that end at the same place the longest; None: none.

        The time it takes grows with the text, and with the logarithm of the number of questions.
        """
        last, n = None, self._n_prefix
        for start in range(len(text) - n + 1):
            if text[start : start + n] in self._prefixes and (found := self._beginning(text, start)) is not None:
                end = start + len(found)
                if last is None or end > last[0]:
                    last = (end, found)
        return last[1] if last else None

    def _beginning(self, text: str, start: int) -> str | None:
        """Return the longest question that stands in the text from `start` on."""
        # What sorts just before the text begins with every question that the text begins with.
        place = bisect_right(self._ordered, text[start : start + self._longest]) - 1
        while place >= 0:
            if text.startswith(self._ordered[place], start):
                return self._ordered[place]
            place = self._shorter[place]
        return None


def bundled(name: str) -> Recording:
    """Return a recording that comes with the product."""
    return _read(FOLDER / f"{name}.jsonl.gz", 0)


def read_recording(path: Path) -> Recording:
    """Return the recording in a file, JSONL or that packed by gzip; raise Invalid or TooLarge."""
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}.") from None
    return _read(path, changed_at)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> Recording:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise TooLarge(f"{path.name} has more than {MOST_BYTES // 2**20} MB.")
        return Recording(_completions(content.removeprefix(BOM_UTF8).split(b"\n"), path.name))
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{path.name} cannot be read: {error}.") from None


def _completions(lines: Iterable[bytes], name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise Invalid(f"{name}, line {number}: this is no JSON.") from None
        if isinstance(row, dict) and "canary" in row and "question" not in row:
            continue
        question, said = _row(row)
        if question is None:
            raise Invalid(f"{name}, line {number}: a question and its completions by name are wanted.")
        found.setdefault(question, said)
    if not found:
        raise Invalid(f"{name} has no questions.")
    return found


def _row(row: Any) -> tuple[str | None, dict[str, str]]:
    question, said = (row.get("question"), row.get("completions")) if isinstance(row, dict) else (None, None)
    if not isinstance(question, str) or not question.strip() or not isinstance(said, dict) or not said:
        return None, {}
    return (question, said) if all(isinstance(text, str) for text in said.values()) else (None, {})


def _shorter(ordered: Sequence[str]) -> Iterable[int]:
    """Yield for each question the place of the longest other one that it begins with, -1 for none."""
    open_places: list[int] = []
    for place, question in enumerate(ordered):
        while open_places and not question.startswith(ordered[open_places[-1]]):
            open_places.pop()
        yield open_places[-1] if open_places else -1
        open_places.append(place)
