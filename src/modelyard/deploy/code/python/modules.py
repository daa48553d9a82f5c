"""The Python files of a code base, parsed at need, and what an import in one of them means."""

import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.python.import_folders import import_folders
from modelyard.deploy.code.python.parsing import parsed
from modelyard.deploy.code.python.parts import Module
from modelyard.deploy.code.python.scopes import Binding
from modelyard.deploy.file_time import FileTime
from modelyard.deploy.finding import Span

_ASIDE = re.compile(
    r"(^|/)(tests?|testing|examples?|samples?|docs?|scripts?|notebooks?|benchmarks?|bench|migrations|alembic)/"
    r"|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks)\.py$"
)
MAX_UNREAD = 100
"""Files that nothing starts are parsed only to say that they do not parse: not all of a large code base."""
_HALF_PATH = re.compile(r"^[\w.]+$")


def is_aside(path: str) -> bool:
    """Say whether a file is a test, an example, a script or a migration: not part of what serves."""
    return bool(_ASIDE.search(path))


def import_root(path: str, words: tuple[str, ...]) -> str | None:
    """Return the folder that imports begin from when a command names a module: `app.main:app` and
    `backend/app/main.py` give `backend`. None when no word of the command names the file as a module.
    """
    stem = path.removesuffix(".py").removesuffix("/__init__")
    for word in words:
        dotted = word.split(":")[0].split("=")[-1]
        inner = dotted.replace(".", "/")
        if _HALF_PATH.match(dotted) and (stem == inner or stem.endswith(f"/{inner}")):
            return stem[: -len(inner)].rstrip("/")
    return None


class Modules:
    """Python files by path; each is parsed when it is first asked for."""

    def __init__(self, code: CodeBase, time: FileTime) -> None:
        self.code = code
        self._time = time
        self.files = {file.path: file for file in code.ending(".py") if not file.is_binary}
        self._folders = {folder for path in self.files for folder in _folders_of(path)}
        self._read: dict[str, Module | Span | None] = {}
        """Each module, where it does not parse, or None when parsing took too long."""
        self._found: dict[tuple[str, str], str | None] = {}
        self._own_paths: dict[str, bool] = {}
        self._added: dict[str, tuple[str, ...]] = {}

    def at(self, path: str, root: str | None = None) -> Module | None:
        """Return the module at a path; None when there is none or it does not parse."""
        if path in self._time.over:
            return None
        if path not in self._read:
            if (file := self.files.get(path)) is None:
                return None
            self._read[path] = None
            tree = parsed(file)
            here = self._root_of(path) if root is None else root
            self._read[path] = tree if isinstance(tree, Span) else Module(_dotted(path, here), file, tree, here)
        found = self._read[path]
        return None if isinstance(found, Span) else found

    @property
    def broken(self) -> Iterator[Span]:
        """Where files that do not parse break; of what nobody asked for, no more than so many are tried."""
        unread = [path for path in self.files if path not in self._read and not is_aside(path)]
        for path in unread[:MAX_UNREAD]:
            self.at(path)
        yield from (found for path in self.files if isinstance(found := self._read.get(path), Span))

    def find(self, dotted: str, near: Module) -> Module | None:
        """Return the module that a dotted name means to an importer; None for what others wrote."""
        for root in self._added_by(near):
            if (there := next(self._in(root, dotted), None)) is not None:
                # what also lies beneath the importer's own root keeps the name that the others there know it by
                is_inner = near.root.startswith(_prefix(root)) and there.startswith(_prefix(near.root))
                return self.at(there, near.root if is_inner else root)
        key = (dotted, near.root)
        if key not in self._found:
            self._found[key] = next(self._paths_for(dotted, near.root), None)
        path = self._found[key]
        if path is None and self.changes_path(near):
            path = next((one for root in _upward(near.file.folder) for one in self._in(root, dotted)), None)
        return self.at(path, near.root if path and path.startswith(_prefix(near.root)) else None) if path else None

    def absolute(self, binding: Binding, near: Module) -> str:
        """Return the dotted name an import binds: the module, or the member of it."""
        source = binding.source
        if binding.level:
            package = near.name.split(".") if near.is_package else near.name.split(".")[:-1]
            kept = package[: len(package) - binding.level + 1]
            source = ".".join([*kept, source] if source else kept)
        if binding.member is None or binding.member == "*":
            return source
        return f"{source}.{binding.member}" if source else binding.member

    def under(self, dotted: str, near: Module) -> Iterator[Module]:
        """Yield the modules directly in a package."""
        for root in _upward(near.root):
            folder = _prefix(root) + dotted.replace(".", "/")
            if folder in self._folders:
                paths = [path for path in self.files if PurePosixPath(path).parent.as_posix() == folder]
                yield from (module for path in paths if (module := self.at(path)))
                return

    def _paths_for(self, dotted: str, root: str) -> Iterator[str]:
        top = dotted.split(".")[0]
        for place in _upward(root):
            if place != root and top in sys.stdlib_module_names:
                return
            yield from self._in(place, dotted)

    def _in(self, root: str, dotted: str) -> Iterator[str]:
        for folder in (root, f"{_prefix(root)}src"):
            stem = _prefix(folder) + dotted.replace(".", "/")
            yield from (path for path in (f"{stem}/__init__.py", f"{stem}.py") if path in self.files)

    def _root_of(self, path: str) -> str:
        """Return the folder above the uppermost package that a file lies in."""
        folder = PurePosixPath(path).parent
        while f"{folder}/__init__.py" in self.files and folder.name:
            folder = folder.parent
        return "" if folder == PurePosixPath(".") else folder.as_posix()

    def changes_path(self, near: Module) -> bool:
        """Say whether a module adds to the folders that its imports are looked for in."""
        path = near.file.path
        if path not in self._own_paths:
            self._own_paths[path] = "sys.path" in near.file.text
        return self._own_paths[path]

    def _added_by(self, near: Module) -> tuple[str, ...]:
        """Return where a module that changes `sys.path` looks for its imports first; empty for others."""
        path = near.file.path
        if path not in self._added:
            self._added[path] = import_folders(near, self._folders) if self.changes_path(near) else ()
        return self._added[path]


def _prefix(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _upward(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, the top last."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _folders_of(path: str) -> Iterator[str]:
    return (one for one in _upward(path.rpartition("/")[0]) if one)


def _dotted(path: str, root: str) -> str:
    stem = path.removeprefix(_prefix(root)).removesuffix(".py").removesuffix("/__init__")
    return stem.removeprefix("src/").replace("/", ".")
