"""Names of the environment across all tiers: who reads them, and who sets them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.finding import EnvironmentName, Span

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project


@dataclass(frozen=True)
class NameSet:
    """One place that sets or documents a name."""

    name: str
    value: str | None
    """None for secrets, generated and referenced values."""
    where: Literal["render", "vercel", "dockerfile", "example", "readme", "workflow", "compose"]
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


@dataclass(frozen=True)
class Names:
    """All names of a project."""

    reads: tuple[NameRead, ...]
    sets: tuple[NameSet, ...]
    listed: tuple[EnvironmentName, ...]
    """The checklist of the report."""


def names_of(project: "Project") -> Names:
    """Return the names that a project's code reads and its manifests set."""
    raise NotImplementedError
