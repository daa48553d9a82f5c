"""What a program does at start: while it is imported, and in what its server calls before the first request."""

import ast
from collections.abc import Iterator
from functools import cached_property

from modelyard.deploy.code.python.code import Call, PythonCode
from modelyard.deploy.code.python.naming import Definition
from modelyard.deploy.code.python.parts import Module
from modelyard.deploy.code.python.scopes import Function

_EVENTS = ("on_event", "before_first_request", "before_serving", "on_startup")
_STARTUP_ARGUMENTS = ("lifespan", "on_startup", "lifespan_context")
_RETRIES = ("retry", "backoff", "on_exception", "stamina")
MAX_FUNCTIONS = 200


class Startup:
    """The functions that run at start, directly or through others."""

    def __init__(self, python: PythonCode) -> None:
        self._python = python
        self._handlers: set[ast.AST] = set()
        self._called_by: dict[ast.AST, list[Call]] = {}
        self._first = dict(self._begun())
        self._at_start: dict[ast.AST, Module] = {}
        waiting = list(self._first.items())
        while waiting and len(self._at_start) < MAX_FUNCTIONS:
            function, module = waiting.pop()
            if function not in self._at_start:
                self._at_start[function] = module
                waiting.extend(self._called_in(function, module))

    @property
    def functions(self) -> frozenset[ast.AST]:
        """The functions that run at start."""
        return frozenset(self._at_start)

    def is_at_start(self, call: Call) -> bool:
        """Say whether a call is made before the first request; what runs after `yield` of a lifespan is not."""
        if call.function is None:
            return self._python.is_live(call.module, call.node)
        return call.function in self._at_start and not self._is_after_yield(call)

    def is_guarded(self, call: Call) -> bool:
        """Say whether a call is tried again, or its failure is caught."""
        scopes = call.module.scopes
        for one in scopes.around(call.node):
            if isinstance(one, ast.Try) and one.handlers and not _raises_again(one):
                return True
            if isinstance(one, ast.For | ast.AsyncFor | ast.While):
                return True
            if isinstance(one, Function):
                names = [self._python.naming.name(_func(each), call.module) or "" for each in one.decorator_list]
                return any(word in name.lower() for name in names for word in _RETRIES)
        return False

    def ends_by(self, call: Call) -> bool:
        """Say whether the start is over when a call fails: nothing on one way to it catches that, or tries again."""
        return self._ends_by(call, frozenset())

    def _ends_by(self, call: Call, seen: frozenset[ast.AST]) -> bool:
        function = call.function
        if self.is_guarded(call) or not self.is_at_start(call):
            return False
        if self._python.holds(call.node, call.module) is False:
            return False
        if function is None or function in self._handlers:
            return True
        callers = self._called_by.get(function, []) if function not in seen else []
        return any(_is_waited_for(one, function) and self._ends_by(one, seen | {function}) for one in callers)

    def _begun(self) -> Iterator[tuple[Function, Module]]:
        for call in self._python.calls():
            found = self._python.naming.definition(call.node.func, call.module) if call.function is None else None
            if found and isinstance(found[1], Function):
                self._called_by.setdefault(found[1], []).append(call)
                yield found[1], found[0]
            for handler in self._handed_on(call):
                for function, module in self._named(handler, call.module):
                    self._handlers.add(function)
                    yield function, module
        for module in self._python.reached:
            for node in module.scopes.of(ast.FunctionDef, ast.AsyncFunctionDef):
                if isinstance(node, Function) and any(_is_event(one) for one in node.decorator_list):
                    self._handlers.add(node)
                    yield node, module

    def _handed_on(self, call: Call) -> Iterator[ast.expr]:
        """Yield what a call gives an application to run at its start."""
        yield from (one.value for one in call.node.keywords if one.arg in _STARTUP_ARGUMENTS)
        if call.name.endswith(".add_event_handler") and len(call.node.args) > 1:
            yield call.node.args[1]

    def _named(self, node: ast.expr, module: Module) -> Iterator[tuple[Function, Module]]:
        for one in node.elts if isinstance(node, ast.List | ast.Tuple) else [node]:
            found = self._python.naming.definition(one, module)
            if found and isinstance(found[1], Function):
                yield found[1], found[0]

    def _called_in(self, function: Function, module: Module) -> Iterator[tuple[Function, Module]]:
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                found = self._python.naming.definition(node.func, module) or self._of_state(node.func)
                if found and isinstance(found[1], Function):
                    name = self._python.naming.qualified(found[1], found[0])
                    call = Call(name, node, module, module.scopes.function(node))
                    self._called_by.setdefault(found[1], []).append(call)
                    yield found[1], found[0]

    def _of_state(self, func: ast.expr) -> tuple[Module, Definition] | None:
        """Return the method of what an application keeps under a name: `app.state.db.connect`."""
        if not isinstance(func, ast.Attribute) or (kept := _kept_name(func.value)) is None:
            return None
        naming = self._python.naming
        for value, module in self._kept.get(kept, []):
            if found := naming.definition_of(f"{naming.name(value, module)}.{func.attr}", module):
                return found
        return None

    @cached_property
    def _kept(self) -> dict[str, list[tuple[ast.expr, Module]]]:
        """What the state of applications is given, by name."""
        found: dict[str, list[tuple[ast.expr, Module]]] = {}
        for module in self._python.reached:
            for node in module.scopes.of(ast.Assign):
                if isinstance(node, ast.Assign) and (name := _kept_name(node.targets[0])) is not None:
                    found.setdefault(name, []).append((node.value, module))
        return found

    def _is_after_yield(self, call: Call) -> bool:
        """Say whether a call of a lifespan comes after its `yield`, at shutdown."""
        if call.function is None or call.function not in self._first:
            return False
        order = call.module.scopes.order
        yields = [
            order(node)
            for node in ast.walk(call.function)
            if isinstance(node, ast.Yield) and call.module.scopes.function(node) is call.function
        ]
        return bool(yields) and order(call.node) > min(yields)


def _kept_name(node: ast.expr) -> str | None:
    """Return the name under which an application's state keeps something (`app.state.name`)."""
    match node:
        case ast.Attribute(value=ast.Attribute(attr="state"), attr=name):
            return name
    return None


def _is_waited_for(call: Call, function: ast.AST) -> bool:
    """Say whether a call of a function runs where it stands: of a coroutine, only where it is awaited."""
    return isinstance(function, ast.FunctionDef) or isinstance(call.module.scopes.parent(call.node), ast.Await)


def _func(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _is_event(node: ast.expr) -> bool:
    func = _func(node)
    if not isinstance(func, ast.Attribute) or func.attr not in _EVENTS:
        return False
    first = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return func.attr != "on_event" or (isinstance(first, ast.Constant) and first.value == "startup")


def _raises_again(node: ast.Try) -> bool:
    """Say whether every handler raises or leaves the program."""
    return all(any(isinstance(one, ast.Raise) for one in ast.walk(handler)) for handler in node.handlers)
