"""Fixtures of the data room: reading and profiling in this process, without a database."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modelyard.data.profiling.profile import Profile, profile_file
from modelyard.data.reading.notes import Note
from modelyard.data.reading.read import read_file
from modelyard.kernel.settings import Settings
from tests.data.stand_in import RecordedContext


@dataclass(frozen=True)
class Taken:
    """What came of a file."""

    frame: pl.DataFrame
    notes: list[Note]
    path: Path

    @property
    def note_kinds(self) -> list[str]:
        return [note.kind for note in self.notes]


Take = Callable[..., Taken]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Read bytes or a text as a file of the given name; settings by keyword."""

    def take(content: bytes | str, filename: str = "rows.csv", **settings: Any) -> Taken:
        source = tmp_path / "upload"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        context = RecordedContext(Settings(data=tmp_path / "data", **settings), tmp_path / "scratch")
        target = tmp_path / "rows.parquet"
        reading = read_file(source, target, filename=filename, ctx=context)
        return Taken(pl.read_parquet(target), reading.notes, target)

    return take


@pytest.fixture
def profile(take: Take) -> Callable[..., Profile]:
    """Read a text as CSV and profile it."""

    def profile(content: str, target: str | None = None) -> Profile:
        taken = take(content)
        return profile_file(taken.path, target=target, notes=taken.notes)

    return profile
