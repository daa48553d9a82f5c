"""All Python of a code base: parsed once, with what the entry points reach."""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.python.environment import reads_in
from modelyard.deploy.code.python.folding import Folding
from modelyard.deploy.code.python.lookups import Given
from modelyard.deploy.code.python.modules import Modules, import_root, is_aside
from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Call, EnvironmentRead, Folded, Module, Route, Start
from modelyard.deploy.code.python.reaching import Reach
from modelyard.deploy.code.python.routes import Routing
from modelyard.deploy.code.python.settings import SettingsClasses, prefix_of
from modelyard.deploy.file_time import FileTime
from modelyard.deploy.finding import Span

__all__ = [
    "Call",
    "EnvironmentRead",
    "Folded",
    "Given",
    "Module",
    "PythonCode",
    "Route",
    "Start",
    "import_root",
    "is_aside",
]
NOTHING_SET: Given = {}


class PythonCode:
    """The modules of a code base and what its starts reach."""

    def __init__(self, code: CodeBase, starts: Iterable[Start] = (), file_time: FileTime | None = None) -> None:
        self.code = code
        self._time = file_time or FileTime()
        self.starts = tuple(starts)
        self._modules = Modules(code, self._time)
        self.naming = Naming(self._modules)
        """What names stand for, across the modules."""
        self.settings = SettingsClasses(self.naming)
        """Classes of settings that read the environment."""
        self._folding = Folding(self.naming, self.settings, self._callers)
        self._beneath: dict[str, frozenset[str]] = {}
        self._calls: dict[Module, list[Call]] = {}

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self._modules, self.naming, self.starts)

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every file that parses, tests and examples included, by path."""
        return self._shown(self._all_modules)

    @cached_property
    def _all_modules(self) -> tuple[Module, ...]:
        reached = self._reach.modules
        return tuple(
            module
            for path in self._modules.files
            if (module := reached.get(path) or self._modules.at(path)) is not None
        )

    @cached_property
    def unparsed(self) -> tuple[Span, ...]:
        """Where files that do not parse break (Python 2, templates)."""
        return tuple(self._reach.sources.broken)

    @property
    def reached(self) -> tuple[Module, ...]:
        """What the starts import, directly or not; without any, all but tests, examples and scripts."""
        return self._shown(self._all_reached)

    @cached_property
    def _all_reached(self) -> tuple[Module, ...]:
        return tuple(module for _, module in sorted(self._reach.modules.items()))

    def _shown(self, modules: tuple[Module, ...]) -> tuple[Module, ...]:
        """Return modules without those whose time is up."""
        over = self._time.over
        return tuple(module for module in modules if module.file.path not in over) if over else modules

    def module(self, path: str) -> Module | None:
        """Return the module at a path; None when there is none or it does not parse."""
        return self._reach.modules.get(path) or self._modules.at(path)

    def chain(self, module: Module, node: ast.AST | None = None) -> tuple[str, ...]:
        """Return how a module (and a function in it) is reached: `Dockerfile:27 CMD`, `app/main.py:52 app`, …"""
        told = self._reach.chain(module)
        function = module.scopes.function(node) if node is not None else None
        if function is None:
            return told
        return (*told, f"{module.file.path}:{function.lineno} {function.name}")

    def beneath(self, path: str) -> frozenset[str]:
        """Return the paths of what one reached file imports, directly or not, itself with it."""
        if path not in self._beneath:
            self._beneath[path] = self._reach.beneath(path)
        return self._beneath[path]

    def is_live(self, module: Module, node: ast.AST) -> bool:
        """Say whether a node runs: its module is reached, it is not under an unused `__main__`, its function used."""
        return self._reach.is_live(module, node)

    def calls(self, *names: str, live: bool = True) -> Iterator[Call]:
        """Yield calls whose resolved name is one of these, or ends with `.name` for names that begin with a dot.

        Without names, all calls. `live=False` reads every module, also those that nothing reaches.
        """
        found = self._named_calls(names, live=live)
        over = self._time.over
        return (call for call in found if call.module.file.path not in over) if over else found

    def _named_calls(self, names: tuple[str, ...], *, live: bool) -> Iterator[Call]:
        if live and len(names) == 1 and not names[0].startswith("."):
            yield from self._live_named.get(names[0], ())
            return
        by_last = self._live_calls if live else self._all_calls
        for last in {name.rpartition(".")[2]: None for name in names} or by_last:
            for call in by_last.get(last, ()):
                if not names or any(
                    call.name.endswith(name) if name.startswith(".") else call.name == name for name in names
                ):
                    yield call

    @cached_property
    def _live_calls(self) -> dict[str, list[Call]]:
        """Live calls by the last part of their name."""
        found: dict[str, list[Call]] = {}
        for module in self.reached:
            for call in self.calls_of(module):
                if self.is_live(module, call.node):
                    found.setdefault(call.name.rpartition(".")[2], []).append(call)
        return found

    @cached_property
    def _live_named(self) -> dict[str, list[Call]]:
        """Live calls by their whole name."""
        found: dict[str, list[Call]] = {}
        for call in (call for calls in self._live_calls.values() for call in calls):
            found.setdefault(call.name, []).append(call)
        return found

    @cached_property
    def _all_calls(self) -> dict[str, list[Call]]:
        """Calls of every module by the last part of their name."""
        found: dict[str, list[Call]] = {}
        for call in (call for module in self.modules for call in self.calls_of(module)):
            found.setdefault(call.name.rpartition(".")[2], []).append(call)
        return found

    def calls_of(self, module: Module) -> list[Call]:
        """Return the calls of one module, those in dead code too."""
        if module not in self._calls:
            self._calls[module] = [
                Call(self.naming.name(node.func, module) or "?", node, module, module.scopes.function(node))
                for node in module.scopes.calls
            ]
        return self._calls[module]

    def _callers(self, dotted: str) -> Iterator[Call]:
        """Yield the live calls of a function or class of the code base."""
        return self.calls(dotted)

    def fold(
        self, node: ast.expr, module: Module, function: ast.AST | None = None, given: Given = NOTHING_SET
    ) -> Folded | None:
        """Return what an expression is worth: constants, f-strings, paths, module constants, settings, env defaults.

        Names of the environment are unset but for those `given`. Where the code leaves a choice that cannot be told,
        the value is the first of `possible` and not whole. `function` is not needed: a node knows where it stands.
        """
        return self._time.within(module.file.path, lambda: self._folding.fold(node, module, given), None)

    def possible(self, node: ast.expr, module: Module, given: Given = NOTHING_SET) -> tuple[Folded, ...]:
        """Return every value that an expression can have, as far as it can be told; at most eight."""
        return self._time.within(module.file.path, lambda: self._folding.possible(node, module, given), ())

    def holds(self, node: ast.AST, module: Module, given: Given = NOTHING_SET) -> bool | None:
        """Say whether a node is come to in its function or module with this environment; None where unknown."""
        return self._time.within(module.file.path, lambda: self._folding.holds(node, module, given), None)

    def condition_names(self, node: ast.AST, module: Module, given: Given = NOTHING_SET) -> tuple[str, ...]:
        """Return the names of the environment that decide whether a node is come to."""
        return self._time.within(module.file.path, lambda: self._folding.condition_names(node, module, given), ())

    def truth(self, node: ast.expr, module: Module, given: Given = NOTHING_SET) -> bool | None:
        """Say whether a condition is true with this environment; None where it cannot be told."""
        return self._time.within(module.file.path, lambda: self._folding.truth(node, module, given), None)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes of reached modules."""

        def fold(node: ast.expr, module: Module) -> object:
            found = self.fold(node, module)
            return found.value if found else None

        return tuple(Routing(self.naming, fold, self.calls()).routes(self.reached))

    @cached_property
    def environment(self) -> tuple[EnvironmentRead, ...]:
        """Every read of the environment in live code."""
        calls = self.calls("os.getenv", ".get", ".setdefault", ".pop", ".config", *_READER_METHODS)
        return tuple(reads_in(self.reached, calls, self.naming, self.settings, self.is_live))

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """What the names of settings classes begin with (`env_prefix`)."""
        return frozenset(
            prefix
            for module in self.reached
            if "env_prefix" in module.file.text
            for node in module.scopes.of(ast.ClassDef)
            if isinstance(node, ast.ClassDef) and self.settings.is_one(node, module)
            if (prefix := prefix_of(node))
        )

    def imports(self, module: Module) -> Iterator[tuple[str, ast.stmt, bool]]:
        """Yield each imported top-level name, its statement, and whether a `try` or an `if` guards it."""
        for node in module.scopes.of(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import | ast.ImportFrom):
                guarded = any(
                    isinstance(one, ast.Try | ast.If | ast.ExceptHandler) for one in module.scopes.around(node)
                ) or self._is_tried(module, node)
                if isinstance(node, ast.Import):
                    for name in dict.fromkeys(one.name.split(".")[0] for one in node.names):
                        yield name, node, guarded
                elif node.level == 0 and node.module:
                    yield node.module.split(".")[0], node, guarded

    def _is_tried(self, module: Module, node: ast.AST) -> bool:
        """Say whether an import of a function stands where every live call of that function may fail and go on."""
        function = module.scopes.function(node)
        if function is None or module.scopes.function(function) is not None:
            return False
        calls = list(self.calls(self.naming.qualified(function, module)))
        return bool(calls) and all(_goes_on(call) for call in calls)


def _goes_on(call: Call) -> bool:
    """Say whether a `try` of the same function catches that a package is missing, and does not raise again."""
    for one in call.module.scopes.around(call.node):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        if not isinstance(one, ast.Try) or not any(call.node in ast.walk(each) for each in one.body):
            continue
        for handler in one.handlers:
            names = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)} if handler.type else None
            is_caught = names is None or names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
            if is_caught and not any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
                return True
    return False


_READER_METHODS = (".str", ".int", ".bool", ".float", ".list", ".json", ".url", ".Config", ".Env", ".env", ".getenv")
