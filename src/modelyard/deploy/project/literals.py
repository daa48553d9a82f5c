"""Texts that live Python gives to names: assigned, passed, or taken when the environment says nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.python.code import EnvironmentRead, Module

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

SIGNING_CALLS = ("jwt.encode", "jwt.decode", "jose.jwt.encode", "jose.jwt.decode")


@dataclass(frozen=True, eq=False)
class NamedText:
    """One text under one name."""

    name: str
    """The variable, attribute, key, parameter, or name of the environment."""
    value: str
    node: ast.expr
    """Where the text stands."""
    module: Module
    read: EnvironmentRead | None = None
    """The read of the environment whose default it is."""


def named_texts(project: "Project") -> Iterator[NamedText]:
    """Yield the texts of reached modules, each place once; those of tests and examples are left out."""
    seen: set[ast.AST] = set()
    for one in (*_defaults(project), *_written(project)):
        if one.node not in seen:
            seen.add(one.node)
            yield one


def _defaults(project: "Project") -> Iterator[NamedText]:
    for read in project.python.environment:
        if read.default is None:
            continue
        if isinstance(read.default, ast.Constant):
            if isinstance(read.default.value, str):
                yield NamedText(read.name, read.default.value, read.default, read.module, read)
        else:
            folded = project.python.fold(read.default, read.module)
            if folded is not None and folded.is_whole and isinstance(folded.value, str):
                yield NamedText(read.name, folded.value, read.default, read.module, read)


def _written(project: "Project") -> Iterator[NamedText]:
    for module in project.python.reached:
        if is_aside(module.file.path):
            continue
        for node in module.scopes.of(ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict):
            for name, value in _pairs(node):
                for text in _texts(value):
                    if project.python.is_live(module, text):
                        yield NamedText(name, str(text.value), text, module)


def signing_keys(project: "Project") -> Iterator[NamedText]:
    """Yield the texts that live calls of PyJWT and python-jose sign or check with, each once a file.

    Keys in PEM are left out: a public one may be read by all.
    """
    seen: set[tuple[str, str]] = set()
    for call in project.python.calls(*SIGNING_CALLS):
        key, path = call.argument(1, "key"), call.module.file.path
        if is_aside(path) or "verify_signature" in ast.unparse(call.node):
            continue
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or "-----BEGIN" in key.value:
            continue
        if (path, key.value) not in seen:
            seen.add((path, key.value))
            yield NamedText(f"The key of {call.name.removeprefix('jose.')}", key.value, key, call.module)


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a node gives something to, with what it gives."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if name := _name(target):
                    yield name, value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            if name := _name(target):
                yield name, value
        case ast.keyword(arg=str() as name, value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _name(target: ast.expr) -> str | None:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
    return None


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    """Yield the text that a value is, or falls back on (`x or "text"`, `Field("text")`, `SecretStr("text")`)."""
    match value:
        case ast.Constant(value=str()):
            yield value
        case ast.BoolOp(op=ast.Or(), values=[*_, last]):
            yield from _texts(last)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.Call(func=ast.Name(id="Field" | "SecretStr" | "Secret"), args=[first, *_]):
            yield from _texts(first)
        case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
            for one in keywords:
                if one.arg == "default":
                    yield from _texts(one.value)


def is_refused(project: "Project", one: NamedText, *, by_text: bool = False) -> bool:
    """Say whether the program stops rather than go on with this text: an `if` that tests it and raises or exits.

    With `by_text` only one that names the text itself counts: what a caller shows is compared with the name too.
    """
    names = set() if by_text else {one.name.lower(), *_assigned_to(one)}
    for module in project.python.reached:
        for node in module.scopes.of(ast.If, ast.Assert):
            if isinstance(node, ast.If) and _leaves(node) and _tests(node.test, names, one.value, module):
                return True
            if isinstance(node, ast.Assert) and _tests(node.test, names, one.value, module):
                return True
    return False


def _assigned_to(one: NamedText) -> set[str]:
    """Return the names that the statement of a text gives a value to."""
    match one.module.scopes.statement(one.node):
        case ast.Assign(targets=targets):
            return {name.lower() for target in targets if (name := _name(target))}
        case ast.AnnAssign(target=target) if name := _name(target):
            return {name.lower()}
    return set()


def _leaves(node: ast.If) -> bool:
    ends = (ast.unparse(last) for last in node.body[-1:])
    return isinstance(node.body[-1], ast.Raise) or any("exit(" in end or "abort(" in end for end in ends)


def _tests(test: ast.expr, names: set[str], value: str, module: Module) -> bool:
    """Say whether a condition looks at one of the names, or compares with the text (or a constant that is it)."""
    for node in ast.walk(test):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name.lower() in names:
                return True
            case ast.Constant(value=str() as text) if value and (text == value or text.lower() in names):
                return True
            case ast.Name(id=name) if names and name.isupper():
                bound = module.scopes.bindings[module.tree].get(name, [])
                if any(isinstance(b.value, ast.Constant) and b.value.value == value for b in bound):
                    return True
    validated = module.scopes.function(test)
    if validated is not None and validated.decorator_list:
        marks = " ".join(ast.unparse(mark) for mark in validated.decorator_list).lower()
        return "validator" in marks and any(f"'{name}'" in marks for name in names)
    return False
