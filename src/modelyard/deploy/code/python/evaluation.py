"""One reading of an expression: constants, texts, lists and operators."""

import ast
import operator
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from modelyard.deploy.code.python import known
from modelyard.deploy.code.python.lookups import MAX_DEPTH, MAX_STEPS
from modelyard.deploy.code.python.members import Members
from modelyard.deploy.code.python.parts import Folded, Module

MAX_ITEMS = 200
MAX_NUMBER = 10**15
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.LShift: operator.lshift,
    ast.Pow: operator.pow,
}


class Evaluation(Members):
    """One reading of an expression; where the code leaves a choice, the picks say which way."""

    def value(self, node: ast.AST, module: Module) -> Folded | None:
        """Return what an expression is worth in this reading; None where it cannot be told."""
        self._n_steps += 1
        if self._depth > MAX_DEPTH or self._n_steps > MAX_STEPS:
            return None
        if not self._locals and node in self._memo:
            return self._memo[node]
        self._memo[node] = None
        self._depth += 1
        found = self._value(node, module)
        self._depth -= 1
        self._memo[node] = found
        return found

    def _value(self, node: ast.AST, module: Module) -> Folded | None:
        match node:
            case ast.Constant(value=value):
                if isinstance(value, str):
                    self.texts.append((module, node))
                return Folded(value, True)
            case ast.Name(id=name):
                return self._of_name(name, node, module)
            case ast.JoinedStr(values=parts):
                return self._text([self.value(one, module) for one in parts])
            case ast.FormattedValue(value=inner):
                return self.value(inner, module)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self._many(parts, module, as_tuple=isinstance(node, ast.Tuple))
            case ast.Dict(keys=keys, values=values):
                return self._mapping(keys, values, module)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(left, op, right, module)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                found = self.value(inner, module)
                return Folded(-found.value, True) if found and isinstance(found.value, int | float) else None
            case ast.BoolOp() | ast.IfExp():
                return self._branch(node, module)
            case ast.Compare() | ast.UnaryOp():
                told = self.truth(node, module)
                return None if told is None else Folded(told, True)
            case ast.Attribute(value=base, attr=attr):
                return self._of_attribute(node, base, attr, module)
            case ast.Subscript(value=base, slice=index):
                return self._of_item(base, index, module)
            case ast.Slice(lower=lower, upper=upper, step=None):
                return self._slice(lower, upper, module)
            case ast.Call():
                return self._of_call(node, module)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehended(node, module)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                return self.value(inner, module)
        return None

    def _slice(self, lower: ast.expr | None, upper: ast.expr | None, module: Module) -> Folded | None:
        ends: list[int | None] = []
        for one in (lower, upper):
            found = self.value(one, module) if one is not None else Folded(None, True)
            if found is None or not found.is_whole or not isinstance(found.value, int | None):
                return None
            ends.append(found.value)
        return Folded(slice(*ends), True)

    def _text(self, parts: list[Folded | None]) -> Folded:
        known_parts = [one is not None and (one.is_whole or one.value is not None) for one in parts]
        text = "".join(str(one.value) if one and told else "{}" for one, told in zip(parts, known_parts, strict=True))
        return Folded(text[: known.MAX_TEXT], all(one is not None and one.is_whole for one in parts))

    def _many(self, parts: list[ast.expr], module: Module, *, as_tuple: bool) -> Folded:
        values: list[object] = []
        is_whole = True
        for part in parts:
            found = self.value(part, module)
            if found is None:
                is_whole = False
                continue
            is_whole = is_whole and found.is_whole
            many = isinstance(part, ast.Starred) and isinstance(found.value, list | tuple)
            values.extend(found.value if many and isinstance(found.value, list | tuple) else [found.value])
        return Folded(tuple(values) if as_tuple else values, is_whole)

    def _mapping(self, keys: list[ast.expr | None], values: list[ast.expr], module: Module) -> Folded:
        found: dict[object, object] = {}
        is_whole = True
        for key, value in zip(keys, values, strict=True):
            name = self.value(key, module) if key is not None else None
            its = self.value(value, module)
            if name is None or its is None or not isinstance(name.value, str | int):
                is_whole = False
            else:
                found[name.value] = its.value
                is_whole = is_whole and its.is_whole
        return Folded(found, is_whole)

    def _operation(self, left: ast.expr, op: ast.operator, right: ast.expr, module: Module) -> Folded | None:
        one, other = self.value(left, module), self.value(right, module)
        if isinstance(op, ast.Add) and (_is_text(one) or _is_text(other)):
            return self._text([one, other])
        if isinstance(op, ast.Add) and one and isinstance(one.value, list):
            more = other.value if other and isinstance(other.value, list | tuple) else []
            return Folded([*one.value, *more], bool(other and one.is_whole and other.is_whole))
        if isinstance(op, ast.Div) and one and isinstance(one.value, PurePosixPath):
            return Folded(one.value / (str(other.value) if other else "{}"), bool(other and other.is_whole))
        if isinstance(op, ast.Mod) and _is_text(one) and one is not None:
            return Folded(str(one.value).replace("%s", "{}").replace("%d", "{}"), False)
        if one is None or other is None or not (one.is_whole and other.is_whole) or _is_large(op, one, other):
            return None
        try:
            return Folded(_OPERATORS[type(op)](one.value, other.value), True)
        except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
            return None

    def _comprehended(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, module: Module) -> Folded | None:
        return self._looped(node.elt, node.generators, module)

    def _looped(self, item: ast.expr, loops: list[ast.comprehension], module: Module) -> Folded | None:
        """Return the items that the first loop gives, and within each of them the loops after it."""
        match loops:
            case [ast.comprehension(target=ast.Name(id=name), iter=source, ifs=tests), *inner]:
                many = self.value(source, module)
                if many is None or not isinstance(many.value, list | tuple | dict):
                    return None
                kept: list[object] = []
                is_whole = many.is_whole
                for one in list(many.value)[:MAX_ITEMS]:
                    outer, self._locals = self._locals, {**self._locals, name: Folded(one, many.is_whole)}
                    if all(self.truth(test, module) is not False for test in tests):
                        its = self._looped(item, inner, module) if inner else self.value(item, module)
                        is_whole = is_whole and its is not None and its.is_whole
                        found = (
                            [] if its is None else its.value if inner and isinstance(its.value, list) else [its.value]
                        )
                        kept.extend(found[: MAX_ITEMS - len(kept)])
                    self._locals = outer
                return Folded(kept, is_whole)
        return None


def _is_text(one: Folded | None) -> bool:
    return one is not None and isinstance(one.value, str)


def _is_large(op: ast.operator, one: Folded, other: Folded) -> bool:
    """Say whether the result could be too large to be worth having (`9 ** 9 ** 9`, `"x" * 10 ** 9`)."""
    values = (one.value, other.value)
    if isinstance(op, ast.Pow | ast.LShift):
        return not all(isinstance(value, int | float) and abs(value) < 64 for value in values)
    if isinstance(op, ast.Mult):
        sizes = [len(value) if isinstance(value, str | list | tuple) else value for value in values]
        return not all(isinstance(size, int | float) and abs(size) < MAX_NUMBER for size in sizes) or (
            any(isinstance(value, str | list | tuple) for value in values)
        )
    return False
