"""What a model needs to predict: the modules of this package, and the libraries that they import, by reading them."""

import ast
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import modelyard
from modelyard.kernel.kinds import Kind, families

OURS = "modelyard"
_ROOT = Path(modelyard.__file__).parent.parent
_ENTRANCE = "modelyard.models.chain"


@cache
def modules(*entrances: str) -> dict[str, Path]:
    """Return the modules, by name, without which no model can be loaded: the chain's, and those of all its kinds.

    `entrances` are modules that are started beside them.
    """
    kinds = [kind for name in ("engine", "node") for kind in families()[name].kinds.values()]
    ours = [kind.__module__ for kind in kinds if _is_ours(kind.__module__)]
    return _closure([_ENTRANCE, *entrances, *ours])


def requirements(documents: Collection[dict[str, Any]], *entrances: str) -> list[str]:
    """Return `name==version` of the libraries that a chain of these kinds imports, as installed here.

    `entrances` are modules that are started beside it.
    """
    kinds = [kind for document in documents for kind in _kinds(document)]
    wanted = {_top(kind.__module__) for kind in kinds if not _is_ours(kind.__module__)}
    wanted |= {name for kind in kinds for name in kind.requires}
    wanted |= {name for document in documents for name in _chosen(document)}
    ours = [kind.__module__ for kind in kinds if _is_ours(kind.__module__)]
    for path in _closure([_ENTRANCE, *entrances, *ours]).values():
        wanted |= {_top(name) for name in _imports(path)}
    known = packages_distributions()
    names = {known[name][0] for name in wanted if name in known and name not in sys.stdlib_module_names}
    return sorted(f"{name}=={version(name)}" for name in names if name != OURS)


def _kinds(document: Any) -> Iterator[type[Kind]]:
    """Yield the kinds that a document names, also those inside it: the members of an ensemble."""
    if isinstance(document, dict):
        for name in ("engine", "node"):
            found = families()[name].get(document.get("kind", ""))
            if found is not None:
                yield found
        for inner in document.values():
            yield from _kinds(inner)
    elif isinstance(document, list | tuple):
        for inner in document:
            yield from _kinds(inner)


def _chosen(document: Any) -> Iterator[str]:
    """Yield the modules that parameters of a document's kinds need with the values they have."""
    if isinstance(document, dict):
        for kind in (families()[name].kinds.get(document.get("kind", "")) for name in ("engine", "node")):
            for (parameter, value), names in (kind.requires_for if kind is not None else {}).items():
                yield from names if document.get(parameter) == value else ()
        for inner in document.values():
            yield from _chosen(inner)
    elif isinstance(document, list | tuple):
        for inner in document:
            yield from _chosen(inner)


def _closure(names: Iterable[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += [other for other in _imports(path) if _is_ours(other)]
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return found


def _imports(path: Path) -> set[str]:
    """Return every name that a module imports, inside functions too, but not for the type checker."""
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


def _is_ours(name: str) -> bool:
    return _top(name) == OURS


def _top(name: str) -> str:
    return name.partition(".")[0]
