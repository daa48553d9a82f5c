"""What the starts of a program reach: modules by their imports, functions by their use."""

import ast
import re
from collections.abc import Iterable, Iterator

from modelyard.deploy.code.python.modules import Modules, is_aside
from modelyard.deploy.code.python.naming import Definition, Naming
from modelyard.deploy.code.python.parts import Module, Start
from modelyard.deploy.code.python.scopes import Binding, Function, Unit, bindings_of

_PASSIVE = (
    "functools.",
    "contextlib.",
    "abc.",
    "typing.",
    "tenacity.",
    "backoff.",
    "torch.",
    "cachetools.",
    "overload",
)
_PASSIVE_NAMES = {"staticmethod", "classmethod", "property", "wraps", "lru_cache", "cache", "contextmanager", "jit"}
"""Decorators that change a function but do not hand it to anything that calls it."""
_MODULE_WORDS = {"uvicorn.run", "importlib.import_module", "hypercorn.run", "import_module", "__import__"}
_MAKERS = (
    *("FastAPI", "Flask", "Starlette", "Quart", "Litestar", "Sanic", "Dash", "Celery", "FastMCP", "Application"),
    *("Blocks", "Interface", "ChatInterface", "TabbedInterface", "APIRouter", "Blueprint", "uvicorn.run"),
)
_RUN_BY_THEIR_TOOL = ("streamlit", "chainlit", "nicegui")
_PROGRAM = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, _MAKERS))})\(|^[ \t]*(?:import|from)\s+(?:{'|'.join(_RUN_BY_THEIR_TOOL)})\b",
    re.MULTILINE,
)
"""What a module that makes or extends an application holds."""
_IN_PROGRAMS = (*(f"{name}(" for name in _MAKERS), *_RUN_BY_THEIR_TOOL)
"""One of these stands in such a module: looked for first, which is much faster."""


class Reach:
    """The modules and functions that run, and what leads to each module."""

    def __init__(self, modules: Modules, naming: Naming, starts: Iterable[Start]) -> None:
        self.sources = modules
        """All the files; those that the starts reach are parsed as the starts import them."""
        self._naming = naming
        self.modules: dict[str, Module] = {}
        self._edges: dict[Module, set[Module]] = {}
        self._from: dict[Module, tuple[tuple[str, ...], Module | None]] = {}
        self._live: set[ast.AST] = set()
        self._dead: set[ast.AST] = set()
        self._used: set[ast.AST] = set()
        self._attributes: set[str] = set()
        self._methods: dict[str, list[tuple[Module, Function, ast.ClassDef]]] = {}
        self._methods_of: dict[ast.ClassDef, list[tuple[Module, Function]]] = {}
        self._seen: set[tuple[ast.AST, str]] = set()
        self._waiting: list[tuple[Module, Unit]] = []
        self._begin(tuple(starts))
        while self._waiting:
            self._read(*self._waiting.pop())

    def _begin(self, starts: tuple[Start, ...]) -> None:
        for start in starts:
            root = start.path.rpartition("/")[0] if start.root is None and start.is_run else start.root
            if (module := self.sources.at(start.path, root)) is not None:
                self._reach(module, start.chain, None, is_run=start.is_run)
                self._use(self._naming.definition_of(f"{module.name}.{_callable(start)}", module))
        for path in [] if self.modules else self._unstated():
            if (module := self.sources.at(path)) is not None:
                self._reach(module, (), None)

    def _unstated(self) -> list[str]:
        """Return what may be started where nothing says what is: the modules with an application, else all."""
        paths = [path for path in self.sources.files if not is_aside(path)]
        return [path for path in paths if _is_program(self.sources.files[path].text)] or paths

    def chain(self, module: Module) -> tuple[str, ...]:
        """Return what leads to a module, from the start's own chain on."""
        told: list[str] = []
        here: Module | None = module
        while here is not None and here in self._from:
            step, here = self._from[here]
            told[:0] = step
        return tuple(told)

    def beneath(self, path: str) -> frozenset[str]:
        """Return the paths of what one file imports, directly or not, itself with it."""
        first = self.modules.get(path)
        seen: set[Module] = set()
        waiting = [first] if first else []
        while waiting:
            module = waiting.pop()
            if module not in seen:
                seen.add(module)
                waiting.extend(self._edges.get(module, ()))
        return frozenset(module.file.path for module in seen)

    def is_live(self, module: Module, node: ast.AST) -> bool:
        """Say whether a node runs: its module is reached, no branch around it is dead, its functions are used."""
        if module.file.path not in self.modules or node in self._dead:
            return False
        if _is_unit(node, module) and isinstance(node, Function):
            return node in self._live
        unit = module.scopes.unit(node)
        return unit is module.tree or unit in self._live

    def _reach(self, module: Module, step: tuple[str, ...], before: Module | None, *, is_run: bool = False) -> None:
        if before is not None:
            self._edges.setdefault(before, set()).add(module)
        if module.file.path in self.modules:
            return
        self.modules[module.file.path] = module
        self._from[module] = (step, before)
        self._dead.update(node for one in _dead(module.tree, is_run=is_run) for node in ast.walk(one))
        self._waiting.append((module, module.tree))
        package = module.name
        while "." in package:
            package = package.rpartition(".")[0]
            if (above := self.sources.find(package, module)) is not None:
                self._edges.setdefault(module, set()).add(above)
                self._reach(above, step, before)

    def _read(self, module: Module, unit: Unit) -> None:
        """Read what runs with a module or a function: what it imports, calls, names."""
        for node in module.scopes.leads.get(unit, ()):
            if node not in self._dead:
                self._follow(node, module)

    def _follow(self, node: ast.AST, module: Module) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._use_name(name, node, module)
            case ast.Attribute(ctx=ast.Load()):
                self._use_attribute(node, module)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._meet(node, module)
            case ast.Import(names=names):
                for one in names:
                    self._import(one.name, node, module)
            case ast.ImportFrom():
                for binding in bindings_of(node):
                    self._import_member(binding, node, module)
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=str() as text), *_]):
                self._use_method(text)
            case ast.Call(args=[ast.Constant(value=str() as text), *_], func=func) if self._loads(func, module):
                self._import(text.split(":")[0], node, module)
            case ast.Call(args=[ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]), *_], func=func) if (
                self._loads(func, module)
            ):
                for plugin in self.sources.under(text.rstrip("."), module):
                    self._reach(plugin, (_step(node, module, plugin.name),), module)

    def _loads(self, func: ast.expr, module: Module) -> bool:
        """Say whether a function imports the module it is told by text."""
        return self._naming.name(func, module) in _MODULE_WORDS

    def _import(self, dotted: str, node: ast.AST, module: Module) -> None:
        if (found := self.sources.find(dotted, module)) is not None:
            self._reach(found, (_step(node, module, dotted),), module)

    def _import_member(self, binding: Binding, node: ast.AST, module: Module) -> None:
        absolute = self.sources.absolute(binding, module)
        found = self.sources.find(absolute, module)
        if found is None and binding.member != "*":
            found = self.sources.find(absolute.rpartition(".")[0], module)
        if found is not None and found is not module:
            self._reach(found, (_step(node, module, binding.name),), module)

    def _use_name(self, name: str, node: ast.AST, module: Module) -> None:
        scope = module.scopes.scope(node)
        if (scope, name) in self._seen:
            return
        self._seen.add((scope, name))
        found = module.scopes.lookup(name, scope)
        if found is None:
            self._use(self._naming.definition(node, module))
            return
        for binding in found[1]:
            if binding.how == "definition" and isinstance(binding.node, Definition):
                self._use((module, binding.node))
            elif binding.how == "import":
                dotted = self._naming.followed(self.sources.absolute(binding, module), module)
                self._use(self._naming.definition_of(dotted, module))

    def _use_attribute(self, node: ast.Attribute, module: Module) -> None:
        base = _base(node)
        bound = module.scopes.lookup(base.id, module.scopes.scope(base)) if base is not None else None
        imports = [one for one in bound[1] if one.how == "import"] if bound else []
        if not imports:
            self._use_method(node.attr)
        elif self._is_own(imports[0], module):
            name = self._naming.name(node, module)
            found = self._naming.definition_of(name, module) if name else None
            self._use(found)
            if found is None or isinstance(found[0].scopes.scope(found[1]), ast.ClassDef):
                self._use_method(node.attr)

    def _is_own(self, binding: Binding, module: Module) -> bool:
        """Say whether an import brings in something of this code base, not of a package that others wrote."""
        dotted = self.sources.absolute(binding, module)
        return any(self.sources.find(one, module) is not None for one in (dotted, dotted.rpartition(".")[0]) if one)

    def _use(self, found: tuple[Module, Definition] | None) -> None:
        if found is None or found[1] in self._used:
            return
        module, node = found
        self._used.add(node)
        if isinstance(node, ast.ClassDef):
            for where, method in self._methods_of.get(node, ()):
                self._consider(where, method, node)
        elif node not in self._live:
            if module.file.path not in self.modules:
                return
            self._run(module, node)

    def _use_method(self, name: str) -> None:
        if name not in self._attributes:
            self._attributes.add(name)
            for module, method, owner in self._methods.get(name, []):
                self._consider(module, method, owner)

    def _meet(self, node: Function, module: Module) -> None:
        """Come to a function's definition: it runs when something is given it, or uses it."""
        owner = module.scopes.scope(node)
        if isinstance(owner, ast.ClassDef):
            self._methods.setdefault(node.name, []).append((module, node, owner))
            self._methods_of.setdefault(owner, []).append((module, node))
            self._consider(module, node, owner)
        elif node in self._used or self._is_handed_on(node, module):
            self._run(module, node)

    def _consider(self, module: Module, method: Function, owner: ast.ClassDef) -> None:
        if owner not in self._used and not owner.decorator_list:
            return
        is_called = method.name in self._attributes or method in self._used
        is_special = method.name.startswith("__") and method.name.endswith("__")
        if is_called or is_special or self._is_handed_on(method, module) or self._has_other_base(owner, module):
            self._run(module, method)

    def _has_other_base(self, owner: ast.ClassDef, module: Module) -> bool:
        """Say whether a class extends one that others wrote, which may call any of its methods."""
        return any(
            self._naming.definition(base, module) is None and self._naming.name(base, module) != "object"
            for base in owner.bases
        )

    def _is_handed_on(self, node: Function, module: Module) -> bool:
        for decorator in node.decorator_list:
            func = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = self._naming.name(func, module) or ""
            if not name.startswith(_PASSIVE) and name.rpartition(".")[2] not in _PASSIVE_NAMES:
                return True
        return False

    def _run(self, module: Module, node: Function) -> None:
        if node not in self._live:
            self._live.add(node)
            self._waiting.append((module, node))


def _is_program(text: str) -> bool:
    return any(one in text for one in _IN_PROGRAMS) and _PROGRAM.search(text) is not None


def _base(node: ast.Attribute) -> ast.Name | None:
    """Return the name that a chain of attributes begins with."""
    base = node.value
    while isinstance(base, ast.Attribute):
        base = base.value
    return base if isinstance(base, ast.Name) else None


def _is_unit(node: ast.AST, module: Module) -> bool:
    """Say whether a function lives or dies on its own: one of a module or a class, not one within a function."""
    return module.scopes.function(node) is None


def _callable(start: Start) -> str:
    """Return the name of the application without the brackets of a factory."""
    return (start.target or "").partition("(")[0]


def _step(node: ast.AST, module: Module, name: str) -> str:
    return f"{module.file.path}:{getattr(node, 'lineno', 1)} {name}"


def _dead(tree: ast.Module, *, is_run: bool) -> Iterator[ast.stmt]:
    """Yield the statements that never run: under `TYPE_CHECKING`, an unused `__main__`, after a `return`."""
    for node in _blocks(tree):
        if isinstance(node, ast.If) and (told := _settled(node.test, is_run=is_run)) is not None:
            yield from node.orelse if told else node.body
        for block in (getattr(node, field, None) for field in ("body", "orelse", "finalbody")):
            if isinstance(block, list):
                ends = [i for i, one in enumerate(block) if isinstance(one, ast.Return | ast.Raise)]
                yield from block[ends[0] + 1 :] if ends else ()


def _blocks(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the module and every statement and clause that holds statements; expressions hold none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                waiting.extend(one for one in block if hasattr(one, "body"))


def _settled(test: ast.expr, *, is_run: bool) -> bool | None:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return is_run
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return is_run
    return None
