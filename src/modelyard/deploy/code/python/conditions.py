"""Conditions of a program, decided without running it: which branch is taken, what is come to."""

import ast
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from modelyard.deploy.code.python.parts import Folded, Module, written

_EXITS = ("exit", "sys.exit", "os._exit", "quit", "os.abort")
_COMPARED: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}


class Conditions(ABC):
    """One reading of a program; where the code leaves a choice, the picks say which way."""

    def __init__(self, picks: list[int]) -> None:
        self._picks = picks
        self._widths: list[int] = []
        self.has_loops = False
        """Whether a choice was one between the passes of a loop."""

    @abstractmethod
    def passes(self, loop: ast.For | ast.AsyncFor, module: Module) -> Folded | None:
        """Return what a loop goes over in the pass that this reading looks at; None where it cannot be told."""

    @abstractmethod
    def value(self, node: ast.AST, module: Module) -> Folded | None:
        """Return what an expression is worth in this reading; None where it cannot be told."""

    def next_picks(self) -> list[int] | None:
        """Return the picks of the next reading; None when all were made."""
        picks = [*self._picks[: len(self._widths)], *[0] * (len(self._widths) - len(self._picks))]
        for i in range(len(picks) - 1, -1, -1):
            if picks[i] + 1 < self._widths[i]:
                return [*picks[:i], picks[i] + 1]
        return None

    def _choose(self, n: int) -> int:
        if n <= 1:
            return 0
        i = len(self._widths)
        self._widths.append(n)
        return min(self._picks[i], n - 1) if i < len(self._picks) else 0

    def truth(self, node: ast.expr, module: Module) -> bool | None:
        """Say whether a condition is true; None where it cannot be told."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                told = self.truth(inner, module)
                return None if told is None else not told
            case ast.BoolOp(op=op, values=values):
                said = [self.truth(one, module) for one in values]
                settles = isinstance(op, ast.Or)
                return settles if settles in said else (None if None in said else not settles)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right, module)
        found = self.value(node, module)
        if found is None:
            return None
        if not found.is_whole:
            return True if isinstance(found.value, str) else None
        return bool(found.value)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr, module: Module) -> bool | None:
        one, other = self.value(left, module), self.value(right, module)
        if one is None or other is None:
            return None
        if not (one.is_whole and other.is_whole):
            is_null = other.value is None and isinstance(one.value, str)
            return isinstance(op, ast.IsNot | ast.NotEq) if is_null else None
        try:
            return bool(_COMPARED[type(op)](one.value, other.value))
        except (KeyError, TypeError):
            return None

    def _branch(self, node: ast.BoolOp | ast.IfExp, module: Module) -> Folded | None:
        if isinstance(node, ast.IfExp):
            told = self.truth(node.test, module)
            if told is None:
                return self.value((node.body, node.orelse)[self._choose(2)], module)
            return self.value(node.body if told else node.orelse, module)
        stops = isinstance(node.op, ast.Or)
        for one in node.values[:-1]:
            told = self.truth(one, module)
            if told is stops or (told is None and self._choose(2) == 0):
                return self.value(one, module)
        return self.value(node.values[-1], module)

    def holds(self, node: ast.AST, module: Module, *, raises: bool = False) -> bool | None:
        """Say whether a node is come to within its function or module; `raises` counts what raises before it."""
        answer: bool | None = True
        inner = node
        for outer in module.scopes.around(node):
            told = self._leads_to(outer, inner, module)
            if told is not False and isinstance(inner, ast.stmt):
                told = False if self._left_before(outer, inner, module, raises=raises) else told
            if told is False:
                return False
            answer = None if told is None else answer
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                break
            inner = outer
        return answer

    def _leads_to(self, outer: ast.AST, inner: ast.AST, module: Module) -> bool | None:
        """Say whether a compound statement lets one of its parts run."""
        match outer:
            case ast.If(test=test) | ast.IfExp(test=test):
                if inner is test:
                    return True
                told = self.truth(test, module)
                is_body = inner in outer.body if isinstance(outer, ast.If) else inner is outer.body
                return told if told is None or is_body else not told
            case ast.ExceptHandler() | ast.While() | ast.match_case():
                return None
            case ast.For() | ast.AsyncFor():
                return True if inner is outer.iter or self.passes(outer, module) is not None else None
        return True

    def _left_before(self, outer: ast.AST, inner: ast.stmt, module: Module, *, raises: bool) -> bool:
        """Say whether an earlier statement of the same block surely leaves it."""
        for block in (getattr(outer, field, None) for field in ("body", "orelse", "finalbody")):
            if not isinstance(block, list) or inner not in block:
                continue
            for earlier in block[: block.index(inner)]:
                if isinstance(earlier, ast.If) and (left := _leaving(earlier.body)):
                    is_counted = raises or not isinstance(left, ast.Raise | ast.Expr)
                    if is_counted and self.truth(earlier.test, module) is True:
                        return True
        return False


def _leaving(body: list[ast.stmt]) -> ast.stmt | None:
    """Return the statement with which a block leaves for good: `return`, `raise`, `sys.exit()`."""
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return last
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and written(last.value.func) in _EXITS:
        return last
    return None
