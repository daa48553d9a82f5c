"""Whether a node is come to with one environment, through the functions that call the one it stands in."""

import ast

from modelyard.deploy.code.python.code import Call, Given, Module, PythonCode
from modelyard.deploy.code.python.scopes import Function

MAX_DEPTH = 5
MAX_CALLERS = 12


def comes_to(python: PythonCode, node: ast.AST, module: Module, given: Given, depth: int = 0) -> bool | None:
    """Say whether a node is come to: its own conditions hold, and those of some call of its function.

    None where it cannot be told. A function that is handed on as a value counts as called where it is; a decorated one
    may be called by anything.
    """
    told = python.holds(node, module, given)
    function = module.scopes.function(node)
    if told is False or function is None or depth >= MAX_DEPTH:
        return told
    places = [(call.node, call.module) for call in _callers(python, function, module)]
    handed_on = _handed_on(python, function) if not function.decorator_list else None
    if handed_on is None or len(handed_on) > MAX_CALLERS:
        return told
    answers = [comes_to(python, one, where, given, depth + 1) for one, where in (*places[:MAX_CALLERS], *handed_on)]
    return False if answers and all(answer is False for answer in answers) else told


def _callers(python: PythonCode, function: Function, module: Module) -> list[Call]:
    name = python.naming.qualified(function, module)
    owner = module.scopes.scope(function)
    if isinstance(owner, ast.ClassDef) and function.name == "__init__":
        name = python.naming.qualified(owner, module)
    return list(python.calls(name))


def _handed_on(python: PythonCode, function: Function) -> list[tuple[ast.AST, Module]]:
    """Return where a function is named without being called: what it is handed to may call it."""
    name = function.name
    found: list[tuple[ast.AST, Module]] = []
    for where in python.reached:
        if name not in where.file.text:
            continue
        for node in where.scopes.nodes():
            is_named = (isinstance(node, ast.Name) and node.id == name) or (
                isinstance(node, ast.Attribute) and node.attr == name
            )
            parent = where.scopes.parent(node) if is_named else None
            if is_named and not (isinstance(parent, ast.Call) and parent.func is node):
                found.append((node, where))
    return found
