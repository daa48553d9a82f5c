"""How long tokens live, as settings and `timedelta` say."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from modelyard.deploy.code.python.code import Module, PythonCode

_TOKEN = re.compile(r"token|jwt|session|auth|remember", re.IGNORECASE)
_LIFETIME = re.compile(
    r"expir|lifetime|ttl|max_age|valid_for|duration|_life|timeout_(?:minutes|hours|days)", re.IGNORECASE
)
_UNITS = {
    "seconds": re.compile(r"_(?:SECONDS?|SECS?|S)$|max_age$", re.IGNORECASE),
    "minutes": re.compile(r"_?(?:MINUTES?|MINS?)$", re.IGNORECASE),
    "hours": re.compile(r"_?HOURS?$|_HRS?$", re.IGNORECASE),
    "days": re.compile(r"_?DAYS?$", re.IGNORECASE),
    "weeks": re.compile(r"_?WEEKS?$", re.IGNORECASE),
}
UNIT_NAMES = ("weeks", "days", "hours", "minutes", "seconds")


@dataclass(frozen=True)
class Lifetime:
    """One lifetime in one place."""

    name: str
    """What it is called, or the function it stands in."""
    length: timedelta
    is_refresh: bool
    module: Module
    node: ast.AST


def lifetimes(python: PythonCode) -> Iterator[Lifetime]:
    """Yield the lifetimes of tokens in live code: of settings and constants by name, of `timedelta` by its place."""
    seen: set[ast.AST] = set()
    for read in python.environment:
        if read.default is not None and (length := _named(python, read.name, read.default, read.module)):
            seen.add(read.default)
            yield Lifetime(read.name, length, _is_refresh(read.name), read.module, read.default)
    for module in python.reached:
        for node in module.scopes.of(ast.Assign, ast.AnnAssign):
            for name, value in _assigned(node):
                if value in seen or not python.is_live(module, node):
                    continue
                if length := _named(python, name, value, module):
                    seen.add(value)
                    yield Lifetime(name, length, _is_refresh(name), module, value)
    yield from _deltas(python)


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _named(python: PythonCode, name: str, value: ast.expr, module: Module) -> timedelta | None:
    """Return what `ACCESS_TOKEN_EXPIRE_MINUTES = 60` means; None for other names."""
    if not _TOKEN.search(name) or not (
        _LIFETIME.search(name) or name.upper().endswith(("_DAYS", "_HOURS", "_MINUTES"))
    ):
        return None
    unit = next((unit for unit, shape in _UNITS.items() if shape.search(name)), None)
    found = python.fold(value, module) if unit else None
    try:
        amount = float(str(found.value)) if found and found.is_whole and not isinstance(found.value, bool) else None
        return timedelta(**{unit: amount}) if unit and amount is not None else None
    except (ValueError, OverflowError):
        return None


def _deltas(python: PythonCode) -> Iterator[Lifetime]:
    """Yield `timedelta(days=30)` where a function or a name nearby speaks of tokens."""
    for call in python.calls("datetime.timedelta", "timedelta"):
        length = _delta(python, call.node, call.module)
        place = _place(call.node, call.module)
        if length is not None and place is not None:
            yield Lifetime(place, length, _is_refresh(place), call.module, call.node)


def _delta(python: PythonCode, node: ast.Call, module: Module) -> timedelta | None:
    amounts: dict[str, float] = {}
    given = [*zip(("days", "seconds"), node.args, strict=False), *((one.arg, one.value) for one in node.keywords)]
    for unit, value in given:
        if unit not in UNIT_NAMES or not isinstance(value, ast.Constant | ast.BinOp):
            return None
        found = python.fold(value, module)
        if found is None or not found.is_whole or not isinstance(found.value, int | float):
            return None
        amounts[unit] = float(found.value)
    try:
        return timedelta(**amounts) if amounts else None
    except OverflowError:
        return None


def _place(node: ast.Call, module: Module) -> str | None:
    """Return the name that says what a `timedelta` is for: of the call it is passed to, the variable, the function.

    What stands under `exp`, the claim of JSON web tokens, is for a token.
    """
    names: list[str] = []
    for outer in module.scopes.around(node):
        match outer:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                names.append(name)
            case ast.keyword(arg=str() as name):
                names.append("token" if name == "exp" else name)
            case ast.Dict(keys=keys) if any(isinstance(key, ast.Constant) and key.value == "exp" for key in keys):
                names.append("token")
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.append(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.append(name)
                break
    return next((name for name in names if re.search(r"token|jwt", name, re.IGNORECASE)), None)


def _is_refresh(name: str) -> bool:
    return re.search(r"refresh|remember", name, re.IGNORECASE) is not None
