"""Dockerfiles, parsed by BuildKit's own parser, with the state each stage ends in."""

from dataclasses import dataclass, field

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Span


@dataclass(frozen=True)
class Instruction:
    """One instruction."""

    name: str
    """Upper case: `RUN`."""
    words: tuple[str, ...]
    """Its arguments, variables not yet expanded; one text for the shell form of RUN, CMD and ENTRYPOINT."""
    flags: dict[str, str]
    """`{"chown": "1000:1000"}`."""
    is_json: bool
    heredocs: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Stage:
    """One stage, with what it ends in."""

    base: str
    """The image or stage it begins from, variables expanded."""
    name: str | None
    instructions: tuple[Instruction, ...]
    user: str | None
    workdir: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile that parses."""

    file: SourceFile
    context: str
    """The folder it is built from, relative to the code base."""
    stages: tuple[Stage, ...]

    @property
    def last(self) -> Stage:
        """The stage that becomes the image."""
        return self.stages[-1]


def read_dockerfile(file: SourceFile, context: str) -> Dockerfile | str:
    """Return the Dockerfile, or why it cannot be read."""
    raise NotImplementedError
