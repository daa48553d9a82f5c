"""The code that writes a strategy's prompts and reads its answers: with other code the same question is another one."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path

OURS = "modelyard"


@cache
def code_digest(module: str) -> str:
    """Return the SHA-256 of a strategy's module and of all that it imports of its own package, at any depth."""
    whole = hashlib.sha256()
    for name, path in sorted(sources_of(module).items()):
        whole.update(f"{name}\0".encode() + path.read_bytes())
    return whole.hexdigest()


def sources_of(module: str) -> dict[str, Path]:
    """Return the files by their modules: of this room, and of the plug-in where the strategy is one's."""
    homes = tuple({_home(module), _home(__name__)})
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = None if name in found or not _is_in(name, homes) else _path_of(name)
        if path is not None:
            found[name] = path
            waiting.extend(_imported(name, path))
    return found


def _home(module: str) -> str:
    """Return the package that decides what a strategy says: our room of experiments, or the whole plug-in."""
    parts = module.split(".")
    return ".".join(parts[:2] if parts[0] == OURS else parts[:1])


def _is_in(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == home or name.startswith(f"{home}.") for home in homes)


def _path_of(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # `from package import name`, where the name is no module
        return None
    return Path(spec.origin) if spec is not None and spec.origin is not None and spec.has_location else None


def _imported(name: str, path: Path) -> Iterator[str]:
    """Yield the names of modules that a module imports, and of what may be one."""
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            yield source
            yield from (f"{source}.{each.name}" for each in node.names)
