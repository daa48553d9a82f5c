"""Where names of the environment are set or documented: manifests, images, example files, READMEs, workflows."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.positions import Placed, read_json, read_yaml
from modelyard.deploy.project.named import NameSet, Where

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

_EXAMPLE = re.compile(r"\.?env[\w.\-]*[.\-_](?:example|sample|template|dist|tmpl)|(?:example|sample|template)\.env")
_LINE = re.compile(r"^\s*(?P<off>#\s?)?(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=(?P<value>.*)$")
_IN_TABLE = re.compile(r"^\s*\|[^|]*?`?(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|PORT)`?\*{0,2}\s*\|")
_IN_BLOCK = re.compile(r"^\s*(?:export\s+|-e\s+)?(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=(?P<value>\S*)")
_IN_LIST = re.compile(r"^\s*(?:[-*]|\d+\.)\s+\*{0,2}`(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=(?P<value>[^`]*))?`")
_ADDED = re.compile(
    r"add_space_(?:secret|variable)\([^)]{0,200}?[\"'](?P<name>[A-Z][A-Z0-9_]{2,})[\"']|"
    r"\bgh\s+secret\s+set\s+(?P<gh>[A-Z][A-Z0-9_]{2,})|\bvercel\s+env\s+add\s+(?P<vercel>[A-Z][A-Z0-9_]{2,})"
)
MAX_PAGE_DEPTH = 2
"""Folders that a Markdown page may lie below the top and still be read for names."""


def names_set(project: "Project") -> Iterator[NameSet]:
    """Yield every place that sets or documents a name, tests and examples left out."""
    yield from _of_blueprints(project)
    yield from _of_vercel(project.code)
    yield from _of_images(project)
    for file in project.code.files.values():
        if is_aside(file.path):
            continue
        if is_example_of_environment(file):
            yield from _of_example(file)
        elif file.name.endswith((".md", ".mdx")) and file.path.count("/") <= MAX_PAGE_DEPTH:
            yield from _of_page(file)
        elif file.path.startswith(".github/workflows/") and file.name.endswith((".yml", ".yaml")):
            yield from _of_environment_tables(file, "workflow", ("env",))
        elif re.fullmatch(r"(?:docker-)?compose[\w.\-]*\.ya?ml", file.name):
            yield from _of_environment_tables(file, "compose", ("environment",))
        elif file.name.endswith((".py", ".sh")) and "deploy" in file.path.lower():
            yield from _of_script(file)


def is_example_of_environment(file: SourceFile) -> bool:
    """Say whether a file shows which names to set: `.env.example`, or a tracked `.env`."""
    return _EXAMPLE.fullmatch(file.name.lower()) is not None


def lines_of_environment(file: SourceFile) -> Iterator[tuple[int, str, str, bool]]:
    """Yield line, name, value without quotes, and whether it is commented out, of a file in the form of `.env`."""
    for number, line in enumerate(file.lines, 1):
        if found := _LINE.match(line):
            yield number, found["name"], _value(found["value"]), found["off"] is not None


def _value(text: str) -> str:
    text = text.strip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return re.split(r"\s+#", text, maxsplit=1)[0].strip() if not text.startswith("#") else ""


def _of_blueprints(project: "Project") -> Iterator[NameSet]:
    for blueprint in project.blueprints:
        groups = [one for variables in blueprint.groups.values() for one in variables]
        for one in [*groups, *(one for service in blueprint.services for one in service.variables)]:
            if one.how != "group":
                yield NameSet(one.name, one.value, "render", blueprint.span(one.path))


def _of_vercel(code: CodeBase) -> Iterator[NameSet]:
    for file in code.named("vercel.json"):
        placed = read_json(file)
        if isinstance(placed, str) or not isinstance(placed.data, dict) or is_aside(file.path):
            continue
        build = placed.data.get("build")
        tables: list[tuple[tuple[str, ...], Any]] = [(("env",), placed.data.get("env"))]
        tables.append((("build", "env"), build.get("env") if isinstance(build, dict) else None))
        for path, table in tables:
            for name, value in table.items() if isinstance(table, dict) else ():
                text = str(value)
                yield NameSet(name, None if text.startswith("@") else text, "vercel", placed.span(*path, name))


def _of_images(project: "Project") -> Iterator[NameSet]:
    seen: set[str] = set()
    for one in project.deployables:
        if one.dockerfile is None or one.dockerfile.file.path in seen:
            continue
        seen.add(one.dockerfile.file.path)
        for instruction in (each for stage in one.dockerfile.stages for each in stage.instructions):
            for name, value in _pairs(instruction):
                yield NameSet(name, value or None, "dockerfile", instruction.span)


def _pairs(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """Yield what ENV and ARG set."""
    if instruction.name == "ENV":
        yield from zip(instruction.words[::2], instruction.expanded[1::2], strict=False)
    elif instruction.name == "ARG":
        split = (word.partition("=") for word in instruction.expanded)
        yield from ((name, value) for name, _, value in split)


def _of_example(file: SourceFile) -> Iterator[NameSet]:
    for line, name, value, is_off in lines_of_environment(file):
        if not is_off or name.isupper():
            yield NameSet(name, value, "example", file.span(line))


def _of_page(file: SourceFile) -> Iterator[NameSet]:
    is_block = False
    for number, line in enumerate(file.lines, 1):
        if line.lstrip().startswith(("```", "~~~")):
            is_block = not is_block
        elif found := (_IN_BLOCK if is_block else _IN_TABLE).match(line[:500]) or _IN_LIST.match(line[:500]):
            value = found.groupdict().get("value")
            yield NameSet(found["name"], value or None, "readme", file.span(number))


def _of_environment_tables(file: SourceFile, where: Where, keys: Iterable[str]) -> Iterator[NameSet]:
    placed = read_yaml(file)
    if isinstance(placed, Placed):
        yield from _tables(placed, placed.data, (), where, frozenset(keys))


def _tables(
    placed: Placed, data: Any, path: tuple[str | int, ...], where: Where, keys: frozenset[str]
) -> Iterator[NameSet]:
    if isinstance(data, list):
        for i, one in enumerate(data):
            yield from _tables(placed, one, (*path, i), where, keys)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        here = (*path, key)
        if key not in keys:
            yield from _tables(placed, value, here, where, keys)
        elif isinstance(value, dict):
            for name, text in value.items():
                known = None if text is None or "${" in str(text) else str(text)
                yield NameSet(name, known, where, placed.span(*here, name))
        elif isinstance(value, list):
            for i, one in enumerate(value):
                name, equals, text = str(one).partition("=")
                yield NameSet(name, text if equals and "${" not in text else None, where, placed.span(*here, i))


def _of_script(file: SourceFile) -> Iterator[NameSet]:
    for found in _ADDED.finditer(file.text):
        name = found["name"] or found["gh"] or found["vercel"]
        yield NameSet(name, None, "workflow", file.span(file.line_at(found.start())))
