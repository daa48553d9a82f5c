"""What pyproject.toml, Pipfile and lock files ask for."""

import re
from collections.abc import Iterator
from typing import Any

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.installing import normalised
from modelyard.deploy.code.positions import Placed, read_json
from modelyard.deploy.finding import Span


def of_project(placed: Placed) -> Iterator[tuple[str, Span]]:
    """Yield the dependencies of a pyproject.toml, by the standard's table and by Poetry's."""
    data: dict[str, Any] = placed.data
    project = data.get("project")
    listed = project.get("dependencies") if isinstance(project, dict) else None
    for number, text in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(text, str):
            yield text, placed.span("project", "dependencies", number)
    tool = data.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    named = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for name, value in named.items() if isinstance(named, dict) else ():
        if name != "python":
            yield _of_poetry(str(name), value), placed.span("tool", "poetry", "dependencies", name)


def of_extras(placed: Placed) -> Iterator[tuple[str, Span]]:
    """Yield what extras and groups of a pyproject.toml ask for."""
    project, tool = placed.data.get("project"), placed.data.get("tool")
    tables = (
        (
            ("project", "optional-dependencies"),
            project.get("optional-dependencies") if isinstance(project, dict) else None,
        ),
        (("dependency-groups",), placed.data.get("dependency-groups")),
    )
    for path, table in tables:
        for name, listed in table.items() if isinstance(table, dict) else ():
            for number, text in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(text, str):
                    yield text, placed.span(*path, name, number)
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    groups = poetry.get("group") if isinstance(poetry, dict) else None
    for name, group in groups.items() if isinstance(groups, dict) else ():
        named = group.get("dependencies") if isinstance(group, dict) else None
        for package, value in named.items() if isinstance(named, dict) else ():
            yield _of_poetry(str(package), value), placed.span("tool", "poetry", "group", name)


def of_pipfile(placed: Placed) -> Iterator[tuple[str, Span]]:
    """Yield the packages of a Pipfile."""
    packages = placed.data.get("packages") if placed.file.name == "Pipfile" else None
    for name, value in packages.items() if isinstance(packages, dict) else ():
        yield _of_poetry(str(name), value), placed.span("packages", name)


def _of_poetry(name: str, value: Any) -> str:
    """Return Poetry's (or Pipenv's) way of saying a requirement in the standard's."""
    version = value.get("version", "") if isinstance(value, dict) else value
    extras = value.get("extras") if isinstance(value, dict) else None
    text = str(version or "").strip()
    if text in ("", "*"):
        specifier = ""
    elif text[0] in "^~" and re.fullmatch(r"[\^~][\d.]+\w*", text):
        specifier = _caret(text)
    elif text[0].isdigit():
        specifier = f"=={text}"
    else:
        specifier = text
    chosen = f"[{','.join(str(one) for one in extras)}]" if isinstance(extras, list) and extras else ""
    return f"{name}{chosen}{specifier}"


def _caret(text: str) -> str:
    parts = [int(one) for one in re.findall(r"\d+", text)[:3]]
    at = next((n for n, part in enumerate(parts) if part), 0) if text[0] == "^" else min(1, len(parts) - 1)
    upper = [*parts[:at], parts[at] + 1]
    return f">={text[1:]},<{'.'.join(str(one) for one in upper)}"


def of_lock(file: SourceFile) -> Iterator[tuple[str, str]]:
    """Yield name and version of every package of a lock file."""
    if file.name.endswith(".json") or file.name == "Pipfile.lock":
        placed = read_json(file)
        default = placed.data.get("default") if isinstance(placed, Placed) and isinstance(placed.data, dict) else None
        for name, value in default.items() if isinstance(default, dict) else ():
            if isinstance(value, dict):
                yield normalised(str(name)), str(value.get("version", "")).lstrip("=")
        return
    name = ""
    for line in file.lines:
        if line.startswith("[["):
            name = ""
        elif found := re.match(r'name = "([^"]+)"', line):
            name = normalised(found[1])
        elif name and (found := re.match(r'version = "([^"]+)"', line)):
            yield name, found[1]
            name = ""
