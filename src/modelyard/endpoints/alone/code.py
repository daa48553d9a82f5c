"""The part of this package that something needs by itself, and the libraries that it imports, by reading it."""

import ast
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import distribution, packages_distributions, version
from pathlib import Path

import modelyard

OURS = "modelyard"
_ROOT = Path(modelyard.__file__).parent.parent


def closure(names: Iterable[str]) -> dict[str, Path]:
    """Return these modules of ours by name, with all of ours that they import, inside functions too."""
    found: dict[str, Path] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += [other for other in _imports(path) if is_ours(other)]
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return found


def imported(paths: Iterable[Path]) -> set[str]:
    """Return the top names of all that these modules import, inside functions too, but not for the type checker."""
    return {top(name) for path in paths for name in _imports(path)}


def pinned(names: Iterable[str]) -> list[str]:
    """Return `name==version` of the libraries that have these top names, as installed here; ours and Python's not."""
    known = packages_distributions()
    found = {known[name][0] for name in names if name in known and name not in sys.stdlib_module_names}
    return sorted(f"{name}=={version(name)}" for name in found if name != OURS)


def library(modules: Mapping[str, Path], *, families: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Return modules of ours as files below `lib`, with the metadata by which it finds its kinds.

    `families` are the places of bases by family, `kinds` the places where kinds are looked for.
    """
    ours = distribution(OURS)
    folder = f"lib/{OURS}-{ours.version}.dist-info"
    points = [
        *("[modelyard.families]", *(f"{name} = {place}" for name, place in families.items()), ""),
        *("[modelyard.kinds]", *(f"{name} = {place}" for name, place in kinds.items()), ""),
    ]
    files = {
        f"lib/{name.replace('.', '/')}{'/__init__' if path.name == '__init__.py' else ''}.py": path
        for name, path in sorted(modules.items())
    }
    return {
        **{name: path.read_text(encoding="utf-8") for name, path in files.items()},
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {OURS}\nVersion: {ours.version}\nLicense: Apache-2.0\n",
        f"{folder}/entry_points.txt": "\n".join(points),
        f"{folder}/LICENSE": ours.read_text("licenses/LICENSE") or "Apache License, Version 2.0\n",
    }


def is_ours(name: str) -> bool:
    """Say whether a module is of this package."""
    return top(name) == OURS


def top(name: str) -> str:
    """Return the first part of a module's name."""
    return name.partition(".")[0]


def _imports(path: Path) -> set[str]:
    reader = _Reader()
    reader.visit(ast.parse(path.read_text(encoding="utf-8")))
    return reader.names


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        is_for_checker = ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.orelse if is_for_checker else [*node.body, *node.orelse]:
            self.visit(inner)

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module:
            self.names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}


def _path(name: str) -> Path | None:
    place = _ROOT.joinpath(*name.split("."))
    found = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in found if path.is_file()), None)
