"""What Python packages a deployable would install."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelyard.deploy.code.docker import Stage
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.image import ImageFiles
from modelyard.deploy.code.installing import (
    MAKES_FILES,
    Install,
    installs_in,
    package_name,
    read_requirements,
)
from modelyard.deploy.code.positions import Placed, read_toml
from modelyard.deploy.code.shell import read_shell
from modelyard.deploy.finding import Span
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.manifests import of_extras, of_lock, of_pipfile, of_project

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
MAX_FILES = 20
OF_SPACES = (
    "spaces==0",
    "uvicorn==0",
    "huggingface-hub==0",
    "datasets==0",
    "hf-transfer==0",
    "pydantic==0",
    "click==0",
)
"""What the images of Gradio Spaces hold already, in versions of their own."""
PINNED = re.compile(r"^===?\s*([\w.+!-]+)$")


@dataclass(frozen=True)
class Requirement:
    """One package that is asked for."""

    name: str
    """Normalised: `python-multipart`."""
    specifier: str
    """`>=2.0`; empty when any version will do."""
    extras: tuple[str, ...]
    span: Span
    marker: str = ""
    """The condition after `;`."""
    is_url: bool = False
    """It comes from a repository or an address of its own."""


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
    missing: tuple[tuple[str, Span], ...] = ()
    """Requirements files that a command names and that are not there, with the command."""
    is_known: bool = True
    """False when nothing says what is installed (a foreign base image, conda)."""

    def has(self, name: str) -> bool:
        """Say whether a package is asked for or locked."""
        return name in self.locked or any(one.name == name for one in self.asked)

    def extras(self, name: str) -> frozenset[str]:
        """Return the extras that a package is asked for with."""
        return frozenset(extra for one in self.asked if one.name == name for extra in one.extras)

    def find(self, name: str) -> Requirement | None:
        """Return the first requirement of a package."""
        return next((one for one in self.asked if one.name == name), None)


def requirements_of(project: "Project", deployable: Deployable) -> Requirements:
    """Return what would be installed for one Python deployable."""
    reading = _Reading(project.code)
    if deployable.dockerfile is not None:
        _by_image(reading, deployable, context_of(project.code, deployable).image(deployable.dockerfile))
    else:
        _by_folder(reading, deployable)
    return reading.finished()


@dataclass
class _Reading:
    """Gathers what several commands and files ask for."""

    code: CodeBase
    asked: list[Requirement] = field(default_factory=list)
    locked: dict[str, str] = field(default_factory=dict)
    files: list[Span] = field(default_factory=list)
    index_urls: list[str] = field(default_factory=list)
    missing: list[tuple[str, Span]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    is_known: bool = True

    def finished(self) -> Requirements:
        return Requirements(
            tuple(self.asked),
            self.locked,
            tuple(self.files),
            tuple(dict.fromkeys(self.index_urls)),
            tuple(self.missing),
            self.is_known,
        )

    def ask(self, text: str, span: Span) -> None:
        found = _requirement(text, span)
        if found is not None:
            self.asked.append(found)

    def add_file(self, file: SourceFile) -> None:
        """Take in a requirements file and those it includes."""
        if file.path in self.seen or len(self.seen) > MAX_FILES:
            return
        self.seen.add(file.path)
        read = read_requirements(file)
        self.files.append(file.span())
        self.index_urls += read.index_urls
        n_before = len(self.asked)
        for one in read.asked:
            self.ask(one.text, file.span(one.line))
        if read.is_compiled:
            self.locked.update(_pins(self.asked[n_before:]))
        for included in read.included:
            other = self.code.get(posixpath.join(file.folder, included))
            if other is not None:
                self.add_file(other)
            else:
                self.missing.append((included, file.span()))

    def add_project(self, folder: str, *, is_locked: bool, has_extras: bool = False) -> None:
        """Take in the pyproject.toml or Pipfile of a folder, with its lock file where the build uses it."""
        project = self.code.get(posixpath.join(folder, "pyproject.toml"))
        pipfile = self.code.get(posixpath.join(folder, "Pipfile"))
        setup = self.code.get(posixpath.join(folder, "setup.py")) or self.code.get(posixpath.join(folder, "setup.cfg"))
        for file in (project, pipfile):
            placed = read_toml(file) if file is not None and file.path not in self.seen else None
            if isinstance(placed, Placed) and isinstance(placed.data, dict):
                self.seen.add(placed.file.path)
                self.files.append(placed.file.span())
                extras = of_extras(placed) if has_extras else ()
                for text, span in (*of_project(placed), *of_pipfile(placed), *extras):
                    self.ask(text, span)
        if project is None and pipfile is None and setup is not None:
            self.is_known = False
        for name in LOCKS if is_locked else ():
            lock = self.code.get(posixpath.join(folder, name))
            if lock is not None:
                self.locked.update(of_lock(lock))
                self.files.append(lock.span())


def _by_image(reading: _Reading, deployable: Deployable, image: ImageFiles) -> None:
    n_installs = 0
    for stage in image.dockerfile.stages:
        for instruction in stage.instructions:
            if instruction.name != "RUN":
                continue
            text = "\n".join(instruction.heredocs) if instruction.heredocs else " ".join(instruction.words)
            for install in installs_in(text, environment=dict(instruction.environment)):
                n_installs += 1
                _add(reading, install, instruction.span, image, stage, instruction.workdir)
    base = image.dockerfile.last.image
    is_plain = re.search(r"(?:^|/)(?:python|pypy|debian|ubuntu|alpine)(?::|@|$)|/uv:", base) is not None
    reading.is_known = reading.is_known and n_installs > 0 and is_plain


def _add(reading: _Reading, install: Install, span: Span, image: ImageFiles, stage: Stage, workdir: str) -> None:
    for text in install.packages:
        reading.ask(text, span)
    reading.index_urls += install.index_urls
    for path in install.files:
        file = _in_image(reading.code, image, stage, posixpath.join(workdir, path))
        if file is not None:
            reading.add_file(file)
        elif "$" not in path and not _makes_files(image):
            reading.missing.append((path, span))
    if install.is_project:
        folder = image.folder_source(workdir) if stage is image.dockerfile.last else None
        manifest = _in_image(reading.code, image, stage, posixpath.join(workdir, "pyproject.toml"))
        at = manifest.folder if manifest is not None else folder if folder is not None else image.dockerfile.context
        reading.add_project(at, is_locked=install.tool != "pip", has_extras=install.has_extras)
    if install.tool == "conda":
        reading.is_known = False


def _makes_files(image: ImageFiles) -> bool:
    """Say whether the build writes requirements files itself."""
    runs = (one for stage in image.dockerfile.stages for one in stage.instructions if one.name == "RUN")
    return any(MAKES_FILES.search(" ".join([*one.words, *one.heredocs])) for one in runs)


def _in_image(code: CodeBase, image: ImageFiles, stage: Stage, path: str) -> SourceFile | None:
    """Return a file of a stage; one of that name at the top of the context when a mount may bring it.

    A folder below the top that COPY brings into the last stage holds all that there is of it.
    """
    source = image.source(path, stage)
    is_copied = stage is image.dockerfile.last and bool(image.folder_source(posixpath.dirname(path)))
    if source is None and not is_copied:
        source = image.context.get(posixpath.basename(path))
    return code.files.get(source) if source else None


def _by_folder(reading: _Reading, deployable: Deployable) -> None:
    """Take in what a native service or a Gradio Space installs."""
    root = deployable.root
    settings = deployable.settings or {}
    build = str(settings.get("buildCommand") or "")
    span = deployable.manifest or Span(file=posixpath.join(root, "requirements.txt"))
    installs = [one for text in _scripts(reading.code, root, build) for one in installs_in(text)]
    for install in installs:
        for text in install.packages:
            reading.ask(text, span)
        reading.index_urls += install.index_urls
        for path in install.files:
            file = reading.code.get(posixpath.join(root, path))
            if file is None and not settings.get("rootDir"):
                file = reading.code.get(path)  # of a blueprint that lies beside the service, and names it from the top
            if file is not None:
                reading.add_file(file)
            else:
                reading.missing.append((path, span))
        if install.is_project:
            reading.add_project(root, is_locked=install.tool != "pip", has_extras=install.has_extras)
    if installs:
        return
    staged = deployable.staged or {}
    file = reading.code.files.get(staged.get("requirements.txt", "")) or reading.code.get(
        posixpath.join(root, "requirements.txt")
    )
    if file is not None:
        reading.add_file(file)
    else:
        reading.add_project(root, is_locked=True)
    version = str(settings.get("sdk_version") or "")
    if deployable.shape in ("gradio", "streamlit"):
        for text in (f"{deployable.shape}=={version}" if version else deployable.shape, *OF_SPACES):
            reading.ask(text, span)
    reading.is_known = reading.is_known and bool(reading.files)


def _scripts(code: CodeBase, root: str, build: str) -> Iterator[str]:
    """Yield a build command, and the scripts of the code base that it runs."""
    yield build
    for command in read_shell(build):
        words = command.words[1:] if command.program in ("sh", "bash") else command.words
        file = code.get(posixpath.join(root, words[0])) if words and words[0].endswith(".sh") else None
        if file is not None:
            yield file.text


def _requirement(text: str, span: Span) -> Requirement | None:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    name = package_name(text)
    if not name:
        return None
    try:
        parsed = Parsed(text)
    except InvalidRequirement:
        return Requirement(name, "", (), span, is_url="://" in text)
    extras = tuple(sorted(parsed.extras))
    return Requirement(name, str(parsed.specifier), extras, span, str(parsed.marker or ""), parsed.url is not None)


def _pins(asked: Iterable[Requirement]) -> Iterator[tuple[str, str]]:
    for one in asked:
        if found := PINNED.match(one.specifier):
            yield one.name, found[1]
