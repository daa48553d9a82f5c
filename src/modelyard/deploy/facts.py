"""The dated facts about the platforms, from `facts.toml`."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """One thing a platform does, with where and when it was read."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    name: str
    value: Any
    unit: str = ""
    source: str
    read: date
    expires: date
    note: str = ""

    def is_old(self, today: date) -> bool:
        """Say whether it should have been read again by now."""
        return today > self.expires

    def said(self, today: date) -> str:
        """Return the fact's source and age in a sentence."""
        age = f"; it should have been read again by {self.expires}" if self.is_old(today) else ""
        return f"{self.source}, read {self.read}{age}"


@cache
def facts() -> dict[str, Fact]:
    """Return all facts by name."""
    text = files("modelyard.deploy").joinpath("facts.toml").read_text("utf-8")
    return {name: Fact(name=name, **table) for name, table in tomllib.loads(text).items()}


def fact(name: str) -> Fact:
    """Return one fact; raises KeyError for a name that `facts.toml` does not have."""
    return facts()[name]
