"""Dockerfiles, parsed by BuildKit's own parser, with the state each stage ends in."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.shell import expanded, unquoted
from modelyard.deploy.file_time import watching
from modelyard.deploy.finding import Span

INSTRUCTIONS = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
MAX_INSTRUCTIONS = 1_000
MAX_BYTES = 200_000
"""No person writes a longer one. BuildKit's parser cannot be interrupted: this much takes it 1 s, 1.5 MB up to 50 s."""


@dataclass(frozen=True)
class Instruction:
    """One instruction."""

    name: str
    """Upper case: `RUN`."""
    words: tuple[str, ...]
    """Its arguments, variables not yet expanded; one text for the shell form of RUN, CMD and ENTRYPOINT."""
    flags: dict[str, str]
    """`{"chown": "1000:1000"}`; values of a flag that stands twice are joined by a line end."""
    is_json: bool
    heredocs: tuple[str, ...]
    span: Span
    expanded: tuple[str, ...] = ()
    """The words with the variables of this place expanded and quotes taken off; as `words` for RUN, CMD, ENTRYPOINT."""
    workdir: str = "/"
    """The working directory before it."""
    user: str | None = None
    """The user before it; None while the base image decides."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """ENV and ARG values known before it."""

    @property
    def takes_all(self) -> bool:
        """Whether it copies the whole context."""
        if self.name not in ("COPY", "ADD") or "from" in self.flags:
            return False
        return any(posixpath.normpath(source) in (".", "/") for source in self.expanded[:-1])


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
    """ENV values; build arguments are gone when the image runs."""
    before: "Stage | None" = None
    """The stage it begins from, when that is one of the same file."""
    span: Span = field(default_factory=lambda: Span(file=""))
    """Its FROM."""

    def every(self, *names: str) -> Iterator[Instruction]:
        """Yield the instructions of these names, those of the stages it begins from first."""
        if self.before is not None:
            yield from self.before.every(*names)
        yield from (one for one in self.instructions if one.name in names)

    @property
    def image(self) -> str:
        """The image at the bottom of its stages."""
        return self.before.image if self.before is not None else self.base


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

    def stage(self, name: str) -> Stage | None:
        """Return a stage by the name or the number that `COPY --from` gives."""
        named = [one for one in self.stages if one.name and one.name.lower() == name.lower()]
        if named:
            return named[0]
        return self.stages[int(name)] if name.isdecimal() and int(name) < len(self.stages) else None


def read_dockerfile(file: SourceFile, context: str) -> Dockerfile | str:
    """Return the Dockerfile, or why it cannot be read."""
    import dockerfile

    if file.is_binary:
        return f"{file.path} is no text"
    if file.size > MAX_BYTES:
        too_long = f"is not read: it has more than {MAX_BYTES:,} bytes"
        watching().give_up(file.path, too_long)
        return f"{file.path} {too_long}"
    try:
        commands = dockerfile.parse_string(file.text.replace("\r\n", "\n"))
    except (dockerfile.GoParseError, ValueError, UnicodeError) as error:
        return f"{file.path} does not parse: {str(error).strip() or type(error).__name__}"
    stated = [one for one in commands if one.cmd]  # a line of a lone backslash has none
    strange = next((one for one in stated if one.cmd.upper() not in INSTRUCTIONS), None)
    if strange is not None:
        return f"{file.path}:{strange.start_line} does not parse: unknown instruction {strange.cmd[:40]!r}"
    stages = _Stages(file)
    for command in stated[:MAX_INSTRUCTIONS]:
        stages.take(command)
    found = stages.finished()
    if not found or not all(stage.base for stage in found):
        return f"{file.path} has no FROM that names an image"
    return Dockerfile(file, context, found)


class _Stages:
    """Goes through the instructions and keeps the state of the stage at hand."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.done: list[Stage] = []
        self.base: str | None = None
        self.arguments: dict[str, str] = {}
        """Those before the first FROM."""

    def take(self, command: Any) -> None:
        name = command.cmd.upper()
        words = tuple(word or "" for word in command.value or ())
        span = self.file.span(command.start_line, command.end_line)
        if name == "FROM":
            self._begin(words, span)
            return
        if self.base is None:
            if name == "ARG":
                self.arguments.update(_pairs(words, self.arguments))
            return
        known = {**self.build, **self.environment}
        shell = name in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL", "ONBUILD")
        instruction = Instruction(
            name=name,
            words=words,
            flags=_flags(command.flags),
            is_json=command.json,
            heredocs=tuple(one.content for one in command.heredocs),
            span=span,
            expanded=words if shell else tuple(unquoted(word, known) for word in words),
            workdir=self.workdir,
            user=self.user,
            environment=known,
        )
        self.instructions.append(instruction)
        self._follow(instruction)

    def _begin(self, words: tuple[str, ...], span: Span) -> None:
        self._end()
        self.base = expanded(words[0], self.arguments) if words else ""
        self.name = words[2] if len(words) == 3 and words[1].upper() == "AS" else None
        self.from_span = span
        self.before = next((one for one in self.done if one.name and one.name.lower() == self.base.lower()), None)
        self.instructions: list[Instruction] = []
        self.user = self.before.user if self.before else None
        self.workdir = self.before.workdir if self.before else "/"
        self.environment = dict(self.before.environment) if self.before else {}
        self.build: dict[str, str] = {}

    def _follow(self, one: Instruction) -> None:
        """Change the state as the instruction does."""
        if one.name == "ENV":
            self.environment.update(_pairs_of_env(one.words, one.environment))
        elif one.name == "ARG":
            inherited = {name: self.arguments[name] for name in one.words if name in self.arguments}
            self.build.update({**inherited, **_pairs(one.words, one.environment)})
        elif one.name == "WORKDIR" and one.expanded:
            self.workdir = posixpath.normpath(posixpath.join(self.workdir, one.expanded[0]))
        elif one.name == "USER" and one.expanded:
            self.user = one.expanded[0]

    def _end(self) -> None:
        if self.base is None:
            return
        self.done.append(
            Stage(
                base=self.base,
                name=self.name,
                instructions=tuple(self.instructions),
                user=self.user,
                workdir=self.workdir,
                environment=dict(self.environment),
                before=self.before,
                span=self.from_span,
            )
        )

    def finished(self) -> tuple[Stage, ...]:
        self._end()
        return tuple(self.done)


def _pairs(words: tuple[str, ...], known: Mapping[str, str]) -> dict[str, str]:
    """Return the values that `ARG NAME=value …` sets."""
    split = (word.partition("=") for word in words)
    return {name: unquoted(value, known) for name, equals, value in split if equals}


def _pairs_of_env(words: tuple[str, ...], known: Mapping[str, str]) -> dict[str, str]:
    """Return the values that ENV sets; the parser gives names and values in turn."""
    return {name: unquoted(value, known) for name, value in zip(words[::2], words[1::2], strict=False)}


def _flags(flags: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for flag in flags:
        name, _, value = flag.lstrip("-").partition("=")
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found
