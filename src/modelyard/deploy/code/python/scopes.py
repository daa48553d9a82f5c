"""Scopes of one module: where each node stands, and what each scope binds."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_SCOPES = frozenset(_SCOPE)
_BINDING = frozenset(
    {ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign}
    | {ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.withitem, ast.ExceptHandler}
)
"""What may bind a name; most nodes are none of these."""
_NO_NODES = {"ctx", "op", "ops", "id", "attr", "arg", "kind", "level", "module", "asname", "type_comment"} | {
    *("conversion", "simple", "rest", "kwd_attrs", "type_ignores", "is_async")
}
"""Fields that hold texts, numbers and marks (`Load`, `Add`) instead of nodes worth walking."""
_LEAVES = (ast.Constant, ast.Name, ast.Global, ast.Nonlocal, ast.alias, ast.MatchSingleton)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
"""Whose `name` is a text."""

_ASKED_FOR = frozenset(
    {ast.Raise, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.Subscript, ast.Import}
    | {ast.If, ast.Assert, ast.Compare, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler}
)
"""Types of nodes that rules look for in every module."""


@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives a name its meaning."""

    name: str
    how: Literal["import", "definition", "assigned", "parameter", "other"]
    node: ast.AST
    """The statement, or the parameter."""
    value: ast.expr | None = None
    """What is assigned (of `with`, what is entered); a parameter's default."""
    annotation: ast.expr | None = None
    source: str = ""
    """Of an import: the module it names, as written."""
    member: str | None = None
    """Of `from source import member`; `*` for all."""
    level: int = 0
    """How many dots a relative import begins with."""
    is_weak: bool = False
    """`import app.models` binds `app` by the way; what else is called so means more."""


_FOLLOWED = frozenset({ast.Import, ast.ImportFrom, ast.Name, ast.Attribute, ast.Call})
"""Types of nodes that lead to other code."""
Unit = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
_Place = tuple[ast.AST, ast.AST, Scope, Unit]
"""A node, its parent, its scope and the unit it runs with."""


class Scopes:
    """Every node's parent, scope and order in the source, and the bindings of every scope."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.bindings: dict[ast.AST, dict[str, list[Binding]]] = {tree: {}}
        self.calls: list[ast.Call] = []
        self.leads: dict[Unit, list[ast.AST]] = {tree: []}
        """What leads to other code, by the unit it runs with: the module, or a function that stands in no other.

        Such a function is itself a lead of the module.
        """
        self._by_type: dict[type[ast.AST], list[ast.AST]] = {one: [] for one in _ASKED_FOR}
        self._returns: dict[Function, list[tuple[ast.Return, ast.expr]]] = {}
        self._places: dict[ast.AST, _Place] = {}
        self._globals: dict[ast.AST, set[str]] = {}
        self._read(tree)

    def _read(self, tree: ast.Module) -> None:
        waiting: list[_Place] = [(tree, tree, tree, tree)]
        places, by_type, leads = self._places, self._by_type, self.leads
        while waiting:
            place = waiting.pop()
            node, _, scope, unit = place
            places[node] = place
            kind = type(node)
            if kind in _FOLLOWED:
                leads[unit].append(node)
            if kind in _ASKED_FOR:
                by_type[kind].append(node)
            if kind in _BINDING:
                for binding in bindings_of(node):
                    self._add(binding, scope)
            if kind in _SCOPES and isinstance(node, _SCOPE):
                self._enter(node, scope, unit, waiting)
                continue
            if isinstance(node, ast.Call):
                self.calls.append(node)
            elif isinstance(node, ast.Global):
                self._globals.setdefault(scope, set()).update(node.names)
            held = node.__dict__
            for field in _BACKWARDS[kind]:
                value = held.get(field)
                if type(value) is list:
                    for child in reversed(value):
                        if child is not None:
                            waiting.append((child, node, scope, unit))
                elif value is not None:
                    waiting.append((value, node, scope, unit))

    def _enter(self, node: _Inner, outer: Scope, unit: Unit, waiting: list[_Place]) -> None:
        """Put what a scope holds on the stack: its body sees its own names, all else what stands around it."""
        self.bindings[node] = {}
        for binding in _parameters(node):
            self._add(binding, node)
        own = unit
        if isinstance(node, Function) and unit is self.tree:
            own = node
            self.leads[unit].append(node)
            self.leads[node] = []
        body = {id(one) for one in (node.body if isinstance(node.body, list) else [node.body])}
        for child in reversed(list(ast.iter_child_nodes(node))):
            is_inside = id(child) in body
            runs_with = own if is_inside or (isinstance(node, Function) and child is node.returns) else unit
            waiting.append((child, node, node if is_inside else outer, runs_with))

    def _add(self, binding: Binding, scope: Scope) -> None:
        place: ast.AST = self.tree if binding.name in self._globals.get(scope, ()) else scope
        self.bindings[place].setdefault(binding.name, []).append(binding)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around a node; None for the module."""
        return None if node is self.tree else self._places[node][1]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the innermost first, the module last."""
        while (parent := self.parent(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope whose names a node sees. Decorators, defaults and annotations see the outer one."""
        return self._places[node][2]

    def unit(self, node: ast.AST) -> Unit:
        """Return what a node runs with: the outermost function around it (its decorators and defaults left out),
        else the module."""
        return self._places[node][3]

    def order(self, node: ast.AST) -> int:
        """Return a node's place in the order of the source."""
        return self._orders[node]

    @cached_property
    def _orders(self) -> dict[ast.AST, int]:
        return {node: number for number, node in enumerate(self._places)}

    def nodes(self) -> Iterator[ast.AST]:
        """Yield every node in the order of the source."""
        return iter(self._places)

    def of(self, *types: type[ast.AST]) -> list[ast.AST]:
        """Return the nodes of these types in the order of the source; of types that are often asked for, at once."""
        if not all(one in _ASKED_FOR for one in types):
            return [node for node in self._places if type(node) in types]
        found = [node for one in types for node in self._by_type[one]]
        return found if len(types) == 1 else sorted(found, key=self.order)

    def returns(self, function: Function) -> list[tuple[ast.Return, ast.expr]]:
        """Return what a function itself gives back, the outer statements first; bare `return` is left out."""
        if function not in self._returns:
            self._returns[function] = [
                (node, node.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Return) and node.value is not None and self.function(node) is function
            ]
        return self._returns[function]

    def function(self, node: ast.AST) -> Function | None:
        """Return the innermost function a node stands in; None at module or class level."""
        scope: Scope = self.scope(node)
        while not isinstance(scope, ast.Module):
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                return scope
            scope = self.scope(scope)
        return None

    def enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the innermost class a node stands in."""
        scope = self.scope(node)
        while not isinstance(scope, ast.Module):
            if isinstance(scope, ast.ClassDef):
                return scope
            scope = self.scope(scope)
        return None

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Return the innermost statement a node belongs to, itself when it is one."""
        if isinstance(node, ast.stmt):
            return node
        return next((one for one in self.around(node) if isinstance(one, ast.stmt)), None)

    def lookup(self, name: str, scope: Scope) -> tuple[Scope, list[Binding]] | None:
        """Return where a name is bound, seen from a scope; classes are seen only from their own bodies."""
        is_first = True
        while True:
            if is_first or not isinstance(scope, ast.ClassDef):
                found = self.bindings[scope].get(name)
                if found:
                    return scope, found
            if isinstance(scope, ast.Module):
                return None
            scope, is_first = self.scope(scope), False


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a type of node that hold nodes."""
    if issubclass(kind, _LEAVES):
        return ()
    is_named = issubclass(kind, _NAMED) or kind.__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple")
    return tuple(one for one in kind._fields if one not in _NO_NODES and not (is_named and one == "name"))


_FIELDS = {
    kind: _fields_of(kind) for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
}
_BACKWARDS = {kind: fields[::-1] for kind, fields in _FIELDS.items()}


def _parameters(node: ast.AST) -> Iterator[Binding]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults)) + list(given.defaults)
    for one, default in [
        *zip(positional, defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]:
        yield Binding(one.arg, "parameter", one, default, one.annotation)
    for star in (given.vararg, given.kwarg):
        if star:
            yield Binding(star.arg, "other", star)


def bindings_of(node: ast.AST) -> Iterator[Binding]:
    """Yield what one node binds in its scope."""
    match node:
        case ast.Import(names=names):
            for one in names:
                top = one.name.split(".")[0]
                is_weak = one.asname is None and top != one.name
                yield Binding(
                    one.asname or top, "import", node, source=one.name if one.asname else top, is_weak=is_weak
                )
        case ast.ImportFrom(module=source, names=names, level=level):
            for one in names:
                yield Binding(one.asname or one.name, "import", node, source=source or "", member=one.name, level=level)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield Binding(name, "definition", node)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _targets(target, node, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=value, annotation=annotation):
            yield Binding(name, "assigned", node, value, annotation)
        case ast.AugAssign(target=ast.Name(id=name)):
            yield Binding(name, "other", node)
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield Binding(name, "assigned", node, value)
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _targets(target, node, None)
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield from _targets(target, node, value)
        case ast.ExceptHandler(name=str() as name):
            yield Binding(name, "other", node)


def _targets(target: ast.expr, node: ast.AST, value: ast.expr | None) -> Iterator[Binding]:
    match target:
        case ast.Name(id=name):
            yield Binding(name, "assigned" if value else "other", node, value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            values: list[ast.expr | None] = [None] * len(parts)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(parts):
                values = list(value.elts)
            for part, its in zip(parts, values, strict=True):
                yield from _targets(part, node, its)
        case ast.Starred(value=inner):
            yield from _targets(inner, node, None)
