"""Names that a project gives its own commands: targets of a Makefile, scripts of pyproject.toml."""

import re
import tomllib
from collections.abc import Iterator

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.project.places import Places

MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
TARGET = re.compile(r"^(?P<names>[\w.\-]+(?:[ \t]+[\w.\-]+)*)[ \t]*::?(?!=)(?P<needs>[^=#]*)")
VARIABLE = re.compile(r"^(?P<name>\w+)[ \t]*[:?]?=[ \t]*(?P<value>.*?)[ \t]*$")
USE = re.compile(r"\$[({](\w+)[)}]")
MAX_NEEDS = 20


def target_of(words: tuple[str, ...], places: Places, folder: str) -> tuple[SourceFile, int, str] | None:
    """Return what `make TARGET` runs: the Makefile, the line its recipe begins at, the text; None without one."""
    if "-C" in words or "-f" in words:
        return None
    file = next((found for name in MAKEFILES if (found := places.find(name, folder)) is not None), None)
    if file is None:
        return None
    asked = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    given = dict(word.split("=", 1) for word in words[1:] if "=" in word and not word.startswith("-"))
    name = asked[-1] if asked else next(iter(_targets(file)), "")
    lines = list(_recipe(file, name))
    if not lines:
        return None
    known = {**{one["name"]: one["value"] for line in file.lines if (one := VARIABLE.match(line))}, **given}
    text = "\n".join(_expanded(line, known) for _, line in lines)
    return file, lines[0][0], text


def _targets(file: SourceFile) -> Iterator[str]:
    for line in file.lines:
        found = TARGET.match(line)
        if found is not None and not found["names"].startswith("."):
            yield found["names"].split()[0]


def _recipe(file: SourceFile, name: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines below a target, without the signs that make takes off."""
    is_inside = False
    for number, line in enumerate(file.lines, 1):
        if line.startswith("\t"):
            if is_inside:
                yield number, line.strip().lstrip("@-+")
        elif line.strip() and not line.lstrip().startswith("#"):
            found = TARGET.match(line)
            is_inside = found is not None and name in found["names"].split()


def _expanded(line: str, known: dict[str, str]) -> str:
    for _ in range(MAX_NEEDS):
        fresh = USE.sub(lambda found: known.get(found[1], f"${{{found[1]}}}")[:500], line).replace("$$", "$")
        if fresh == line or len(fresh) > 10_000:
            break
        line = fresh
    return line


def script_of(name: str, places: Places, folder: str) -> str:
    """Return the `module:function` that pyproject.toml makes a command of this name of; `""` when it makes none."""
    file = places.find("pyproject.toml", folder)
    if file is None:
        return ""
    try:
        document = tomllib.loads(file.text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    for path in (("project", "scripts"), ("tool", "poetry", "scripts")):
        table: object = document
        for part in path:
            table = table.get(part) if isinstance(table, dict) else None
        stated = table.get(name) if isinstance(table, dict) else None
        if isinstance(stated, str) and re.fullmatch(r"[\w.]+:\w+", stated):
            return stated
    return ""
