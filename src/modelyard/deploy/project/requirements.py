"""What Python packages a deployable would install."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.finding import Span
from modelyard.deploy.project.deployable import Deployable

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project


@dataclass(frozen=True)
class Requirement:
    """One package that is asked for."""

    name: str
    """Normalised: `python-multipart`."""
    specifier: str
    """`>=2.0`; empty when any version will do."""
    extras: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Requirements:
    """What would be installed."""

    asked: tuple[Requirement, ...]
    """What people wrote: requirements files that the build installs, pyproject.toml."""
    locked: dict[str, str]
    """Name to version, from a lock file that the build uses; empty without one."""
    files: tuple[Span, ...]
    """Where all this is stated."""
    index_urls: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Say whether a package is asked for or locked."""
        return name in self.locked or any(one.name == name for one in self.asked)


def requirements_of(project: "Project", deployable: Deployable) -> Requirements:
    """Return what would be installed for one Python deployable."""
    raise NotImplementedError
