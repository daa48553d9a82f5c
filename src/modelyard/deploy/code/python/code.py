"""All Python of a code base: parsed once, with what the entry points reach."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelyard.deploy.code.files import CodeBase, SourceFile
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


@dataclass(frozen=True)
class Module:
    """One Python file that parses."""

    name: str
    """Dotted, as its importers know it: `app.main`."""
    file: SourceFile
    tree: ast.Module

    def span(self, node: ast.AST) -> Span:
        """Return a node's lines as evidence."""
        line = getattr(node, "lineno", 1)
        return self.file.span(line, getattr(node, "end_lineno", line))


@dataclass(frozen=True)
class Folded:
    """What an expression is worth without running it."""

    value: object
    """The constant; for text with unknown parts, the text with `{}` in their places."""
    is_whole: bool
    """Whether every part was known."""
    names: tuple[str, ...] = ()
    """Names of the environment it depends on; `value` is then what it is when they are not set."""


@dataclass(frozen=True)
class Call:
    """One call in a module, its name resolved through the imports."""

    name: str
    """Dotted: `sqlalchemy.create_engine`, `self.session.add` where it cannot be resolved."""
    node: ast.Call
    module: Module
    function: ast.FunctionDef | ast.AsyncFunctionDef | None
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


@dataclass(frozen=True)
class Route:
    """One HTTP route of FastAPI, Flask or Starlette, with the prefixes of the routers it is included through."""

    method: str
    path: str
    handler: ast.FunctionDef | ast.AsyncFunctionDef
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
    """None when the program fails without it."""
    is_required: bool
    node: ast.AST


class PythonCode:
    """The modules of a code base and what its starts reach."""

    def __init__(self, code: CodeBase, starts: Iterable[Start] = ()) -> None:
        self.code = code
        self.starts = tuple(starts)

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every file that parses, tests and examples included, by path."""
        raise NotImplementedError

    @property
    def unparsed(self) -> tuple[Span, ...]:
        """Where files that do not parse break (Python 2, templates)."""
        raise NotImplementedError

    @property
    def reached(self) -> tuple[Module, ...]:
        """What the starts import, directly or not; without any, all but tests, examples and scripts."""
        raise NotImplementedError

    def chain(self, module: Module, node: ast.AST | None = None) -> tuple[str, ...]:
        """Return how a module (and a function in it) is reached: `Dockerfile:27 CMD`, `app/main.py:52 app`, …"""
        raise NotImplementedError

    def is_live(self, module: Module, node: ast.AST) -> bool:
        """Say whether a node runs: its module is reached, it is not under an unused `__main__`, its function used."""
        raise NotImplementedError

    def calls(self, *names: str, live: bool = True) -> Iterator[Call]:
        """Yield calls whose resolved name is one of these, or ends with `.name` for names that begin with a dot."""
        raise NotImplementedError

    def fold(self, node: ast.expr, module: Module, function: ast.AST | None = None) -> Folded | None:
        """Return what an expression is worth: constants, f-strings, paths, module constants, settings, env defaults."""
        raise NotImplementedError

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes of reached modules."""
        raise NotImplementedError

    @property
    def environment(self) -> tuple[EnvironmentRead, ...]:
        """Every read of the environment in live code."""
        raise NotImplementedError

    def imports(self, module: Module) -> Iterator[tuple[str, ast.stmt, bool]]:
        """Yield each imported top-level name, its statement, and whether a `try` or an `if` guards it."""
        raise NotImplementedError
