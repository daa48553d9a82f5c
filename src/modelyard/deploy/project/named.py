"""One name of the environment in one place: who sets it, who reads it."""

from dataclasses import dataclass
from typing import Literal

from modelyard.deploy.finding import Platform, Span

Where = Literal["render", "vercel", "dockerfile", "example", "readme", "workflow", "compose"]


@dataclass(frozen=True)
class NameSet:
    """One place that sets or documents a name."""

    name: str
    value: str | None
    """None for secrets, generated and referenced values."""
    where: Where
    span: Span


@dataclass(frozen=True)
class NameRead:
    """One place that reads a name."""

    name: str
    is_required: bool
    is_build: bool
    """Baked into pages at build time."""
    default: str | None
    span: Span
    platforms: tuple[Platform, ...] = ()
    """Where the code that reads it would live."""
