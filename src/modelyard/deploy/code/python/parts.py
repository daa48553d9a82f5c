"""What the Python of a code base is made of, as rules see it."""

import ast
from dataclasses import dataclass
from functools import cached_property

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.python.scopes import Function, Scopes
from modelyard.deploy.file_time import OfOneFile
from modelyard.deploy.finding import Span


@dataclass(frozen=True)
class Start:
    """Where the Python of one deployable begins."""

    path: str
    """The file, relative to the code base."""
    chain: tuple[str, ...] = ()
    """What leads there: `Dockerfile:27 CMD`."""
    is_run: bool = False
    """The file is run itself (`python main.py`), so its `__main__` block counts."""
    root: str | None = None
    """The folder its imports begin from; None when only the files can tell."""
    target: str | None = None
    """The application in it, `app` or `create_app()`: a function that is named here is called."""


@dataclass(frozen=True, eq=False)
class Module(OfOneFile):
    """One Python file that parses."""

    name: str
    """Dotted, as its importers know it: `app.main`."""
    file: SourceFile
    tree: ast.Module
    root: str = ""
    """The folder its imports begin from."""

    @property
    def its_path(self) -> str:
        """The path of its file."""
        return self.file.path

    @cached_property
    def scopes(self) -> Scopes:
        """Where each node stands, and what each scope binds."""
        return Scopes(self.tree)

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__.py` of a package."""
        return self.file.name == "__init__.py"

    def span(self, node: ast.AST) -> Span:
        """Return a node's lines as evidence."""
        line = getattr(node, "lineno", 1)
        return self.file.span(line, getattr(node, "end_lineno", line))

    def extent(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends in the file's text, in characters, as edits need it."""
        return (
            self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0)),
            self._offset(getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0)),
        )

    def _offset(self, line: int, n_bytes: int) -> int:
        """Return an offset in characters; `ast` counts columns in bytes of UTF-8."""
        text = self.file.lines[line - 1] if line <= len(self.file.lines) else ""
        return self.file.offset(line, len(text.encode()[:n_bytes].decode(errors="ignore")))

    def source(self, node: ast.AST) -> str:
        """Return a node's text."""
        start, end = self.extent(node)
        return self.file.text[start:end]


@dataclass(frozen=True)
class Folded:
    """What an expression is worth without running it."""

    value: object
    """The constant; for text with unknown parts, the text with `{}` in their places."""
    is_whole: bool
    """Whether every part was known."""
    names: tuple[str, ...] = ()
    """Names of the environment it depends on; `value` is then what it is when they are not set."""
    places: tuple[Span, ...] = ()
    """Where the texts stand that it is made of."""

    @property
    def text(self) -> str:
        """The value when it is text, else nothing."""
        return self.value if isinstance(self.value, str) else ""


def written(node: ast.AST) -> str:
    """Return a dotted name as it is written (`settings.db.url`); nothing for other expressions."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


@dataclass(frozen=True, eq=False)
class Call:
    """One call in a module, its name resolved through the imports."""

    name: str
    """Dotted: `sqlalchemy.create_engine`; methods by the class of what they are called on where that is known
    (`fastapi.FastAPI.add_middleware`), else as written (`self.session.add`)."""
    node: ast.Call
    module: Module
    function: Function | None
    """The innermost function it stands in; None at module level."""

    @property
    def span(self) -> Span:
        """The call's lines."""
        return self.module.span(self.node)

    def argument(self, position: int | None, keyword: str | None = None) -> ast.expr | None:
        """Return an argument by position or keyword."""
        if keyword and (found := [one.value for one in self.node.keywords if one.arg == keyword]):
            return found[0]
        given = self.node.args
        return given[position] if position is not None and position < len(given) else None

    @property
    def is_open(self) -> bool:
        """Whether it passes on arguments that are not written here (`*args`, `**options`)."""
        stars = any(isinstance(one, ast.Starred) for one in self.node.args)
        return stars or any(one.arg is None for one in self.node.keywords)


@dataclass(frozen=True)
class Route:
    """One HTTP route of FastAPI, Flask or Starlette, with the prefixes of the routers it is included through."""

    method: str
    """Upper case; `WEBSOCKET` for a socket."""
    path: str
    handler: Function
    module: Module
    dependencies: tuple[str, ...]
    """Dotted names of what it depends on: its parameters, the decorator, the router, the application."""

    @property
    def span(self) -> Span:
        """The handler's lines."""
        return self.module.span(self.handler)


@dataclass(frozen=True)
class EnvironmentRead:
    """One place that reads a name of the environment (`os.environ`, `os.getenv`, pydantic-settings, decouple)."""

    name: str
    span: Span
    module: Module
    default: ast.expr | None
    """None when the program fails without it, or goes on with None."""
    is_required: bool
    node: ast.AST
