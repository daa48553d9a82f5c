"""The images of a project: each Dockerfile once, with all that it would be built for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from modelyard.deploy.code.docker import Dockerfile
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.image import ImageFiles
from modelyard.deploy.finding import Platform
from modelyard.deploy.project.context import Context, context_of
from modelyard.deploy.project.deployable import Deployable

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project


@dataclass(frozen=True)
class Image:
    """One Dockerfile with one context."""

    code: CodeBase
    dockerfile: Dockerfile
    deployables: tuple[Deployable, ...]
    """What is built from it, at least one; the declared ones first."""

    @property
    def first(self) -> Deployable:
        """The first of its deployables."""
        return self.deployables[0]

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Where it would run."""
        return tuple(dict.fromkeys(one.platform for one in self.deployables))

    @cached_property
    def context(self) -> Context:
        """What its build sees."""
        return context_of(self.code, self.first)

    @cached_property
    def files(self) -> ImageFiles:
        """Where its files come from."""
        return self.context.image(self.dockerfile)


def images_of(project: "Project") -> tuple[Image, ...]:
    """Return the images that would be built, each once."""
    groups: dict[tuple[str, str], list[Deployable]] = {}
    for one in project.deployables:
        if one.dockerfile is not None:
            groups.setdefault((one.dockerfile.file.path, one.dockerfile.context), []).append(one)
    return tuple(
        Image(project.code, group[0].dockerfile, tuple(group))
        for group in groups.values()
        if group[0].dockerfile is not None
    )


def merged(deployables: tuple[Deployable, ...]) -> tuple[tuple[Deployable, tuple[Platform, ...]], ...]:
    """Return deployables that are started by the same lines once, with every platform they are for."""
    groups: dict[object, list[Deployable]] = {}
    for one in deployables:
        key = (one.command.span, one.command.words) if one.command is not None else id(one)
        groups.setdefault(key, []).append(one)
    return tuple((group[0], tuple(dict.fromkeys(one.platform for one in group))) for group in groups.values())
