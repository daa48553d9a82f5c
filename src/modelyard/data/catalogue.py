"""The catalogue of the datasets that ship with the product."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from modelyard.data.columns import Task

FOLDER = Path(__file__).parent / "samples"


class Sample(BaseModel):
    """One entry of the catalogue."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    about: str
    """What a row is, and what the sample is good for."""
    file: str
    holds: Literal["table", "questions"] = "table"
    """Whether its rows are questions with answers, for experiments."""
    target: str | None
    task: Task | None
    n_rows: int
    n_columns: int
    licence: str
    source: str

    @property
    def path(self) -> Path:
        """The file's place in the package."""
        return FOLDER / self.file

    @property
    def licence_text(self) -> str:
        """The licence in full."""
        return (FOLDER / "licences" / f"{self.key}.txt").read_text(encoding="utf-8")


@cache
def catalogue() -> tuple[Sample, ...]:
    """Return all samples."""
    return TypeAdapter(tuple[Sample, ...]).validate_json((FOLDER / "catalogue.json").read_bytes())


def find_sample(key: str) -> Sample | None:
    """Return the sample of that key, or None."""
    return next((sample for sample in catalogue() if sample.key == key), None)
