"""Commands that install Python packages, and the requirements files that they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.shell import ShellCommand, read_shell

MAX_LINES = 5_000
NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
VALUED = {"-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"}
VALUED |= {"-t", "--target", "--prefix", "--python", "--platform", "--cert", "--trusted-host", "--timeout", "--retries"}
VALUED |= {"--only-binary", "--no-binary", "--python-version", "--root", "--cache-dir", "-e", "--editable", "--index"}


@dataclass(frozen=True)
class Install:
    """What one command installs."""

    tool: str
    """`pip`, `uv`, `poetry`, `pipenv`, `pdm` or `conda`."""
    files: tuple[str, ...] = ()
    """Requirements files it names."""
    packages: tuple[str, ...] = ()
    """Requirements on the command line itself."""
    index_urls: tuple[str, ...] = ()
    is_project: bool = False
    """It installs the project of the folder it runs in, by pyproject.toml or a lock file."""
    line: int = 1
    """Of the text that was read."""
    keeps_cache: bool = True
    """pip keeps what it downloaded."""
    has_extras: bool = False
    """It installs extras or groups of the project too."""


def installs_in(text: str, *, environment: dict[str, str] | None = None) -> Iterator[Install]:
    """Yield what a script or the shell form of RUN installs."""
    for command in read_shell(text, environment=environment):
        found = _install(command)
        if found is not None:
            yield found


def _install(command: ShellCommand) -> Install | None:
    words = list(command.words)
    if words[:1] and re.fullmatch(r"python[\d.]*", command.program) and words[1:2] == ["-m"]:
        words = words[2:]
    if not words:
        return None
    program = re.sub(r"^pip[\d.]*$", "pip", words[0].rsplit("/", 1)[-1])
    rest = words[1:]
    if program == "uv" and rest[:1] == ["pip"]:
        program, rest, tool = "pip", rest[1:], "uv"
    else:
        tool = program
    while rest and rest[0].startswith("-"):
        rest.pop(0)
    if program == "pip" and rest[:1] in (["install"], ["wheel"], ["sync"]):
        return _pip(tool, rest[1:], command)
    if program == "uv" and rest[:1] in (["sync"], ["export"]):
        more = any(word.startswith(("--extra", "--all-", "--group")) for word in rest)
        return Install("uv", is_project=True, line=command.line, has_extras=more)
    if program == "uv" and rest[:1] == ["add"]:
        return Install("uv", packages=tuple(one for one in rest[1:] if not one.startswith("-")), line=command.line)
    if program in ("poetry", "pipenv", "pdm") and rest[:1] in (["install"], ["sync"], ["export"]):
        is_less = any(word.startswith(("--only", "--no-dev", "--without", "--production", "--prod")) for word in rest)
        return Install(program, is_project=True, line=command.line, has_extras=program != "pipenv" and not is_less)
    return None


def _pip(tool: str, words: list[str], command: ShellCommand) -> Install:
    files: list[str] = []
    packages: list[str] = []
    indexes: list[str] = []
    is_project = False
    keeps_cache = command.environment.get("PIP_NO_CACHE_DIR", "").lower() in ("", "0", "off", "false")
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            if word.startswith("-r") and len(word) > 2 and not word.startswith("--"):
                name, value, equals = "-r", word[2:], "="
            if name in VALUED and not equals and waiting:
                value = waiting.pop(0)
            if name in ("-r", "--requirement"):
                files.append(value)
            elif name in ("-i", "--index-url", "--extra-index-url", "--index"):
                indexes.append(value)
            elif name in ("-e", "--editable"):
                is_project = is_project or _is_here(value)
            keeps_cache = keeps_cache and name not in ("--no-cache-dir", "--no-cache")
        elif word.endswith(".txt"):
            files.append(word)
        elif _is_here(word):
            is_project = True
        elif not word.endswith((".whl", ".gz")):
            packages.append(word)
    more = any(_is_here(word) and "[" in word for word in words)
    return Install(tool, tuple(files), tuple(packages), tuple(indexes), is_project, command.line, keeps_cache, more)


MAKES_FILES = re.compile(r"\bexport\b[^\n]*(?:-o|--output|>)|pip[- ]compile|\brequirements\s*>|pipreqs|>\s*\S*\.txt")
"""What a RUN says that writes a requirements file itself."""


def _is_here(word: str) -> bool:
    return word.split("[")[0] in (".", "./") or word.startswith("./")


@dataclass(frozen=True)
class Asked:
    """One line of a requirements file."""

    text: str
    """The requirement: `fastapi[standard]>=0.110`."""
    line: int
    file: SourceFile


@dataclass(frozen=True)
class RequirementsFile:
    """What a requirements file says."""

    asked: tuple[Asked, ...]
    included: tuple[str, ...]
    """Files it includes with `-r`."""
    index_urls: tuple[str, ...]
    is_compiled: bool
    """A tool made it, with every package that is installed."""


def read_requirements(file: SourceFile) -> RequirementsFile:
    """Return what a requirements file asks for; lines that are none are left out."""
    asked: list[Asked] = []
    included: list[str] = []
    indexes: list[str] = []
    for number, line in _logical_lines(file.lines[:MAX_LINES]):
        text = re.sub(r"(^|\s)#.*$", "", line).strip()
        option, _, value = text.replace("=", " ", 1).partition(" ") if text.startswith("--") else text.partition(" ")
        if option in ("-r", "--requirement"):
            included.append(value.strip())
        elif option in ("-i", "--index-url", "--extra-index-url"):
            indexes.append(value.strip())
        elif text and not text.startswith("-"):
            asked.append(Asked(re.sub(r"\s+--(?:hash|config-settings|global-option)\b.*$", "", text), number, file))
        elif option in ("-e", "--editable") and "egg=" in value:
            asked.append(Asked(value.rpartition("egg=")[2], number, file))
    head = "\n".join(file.lines[:8]).lower()
    is_compiled = "autogenerated by" in head or "was autogenerated" in head or "    # via " in file.text
    is_compiled = is_compiled or "--hash=" in file.text
    return RequirementsFile(tuple(asked), tuple(included), tuple(indexes), is_compiled)


def _logical_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with those that end in a backslash joined, and the number each begins at."""
    held, first = "", 0
    for number, line in enumerate(lines, 1):
        first = first or number
        if line.rstrip().endswith("\\"):
            held += line.rstrip()[:-1] + " "
            continue
        yield first, held + line
        held, first = "", 0
    if held:
        yield first, held


def package_name(text: str) -> str:
    """Return a requirement's package, normalised: `python-multipart`; `""` for none."""
    found = NAME.match(text)
    if text.startswith(("git+", "http:", "https:", "file:")):
        egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", text)
        stem = re.sub(r"[@#?].*$", "", text.rpartition("/")[2]).removesuffix(".git")
        return normalised(egg[1] if egg else re.split(r"-\d", stem)[0])
    return normalised(found[1]) if found else ""


def normalised(name: str) -> str:
    """Return a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
