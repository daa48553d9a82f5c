"""Whether a node is come to with one environment, through the functions that call the one it stands in."""

import ast

from modelyard.deploy.code.python.code import Call, Given, Module, PythonCode
from modelyard.deploy.code.python.scopes import Function

MAX_DEPTH = 5
MAX_CALLERS = 12


def comes_to(python: PythonCode, node: ast.AST, module: Module, given: Given, depth: int = 0) -> bool | None:
    """Say whether a node is come to: its own conditions hold, and those of some call of its function.

    None where it cannot be told. A function that is also handed on as a value counts as called.
    """
    told = python.holds(node, module, given)
    function = module.scopes.function(node)
    if told is False or function is None or depth >= MAX_DEPTH:
        return told
    answers = [
        comes_to(python, call.node, call.module, given, depth + 1)
        for call in _callers(python, function, module)[:MAX_CALLERS]
    ]
    if answers and all(answer is False for answer in answers) and not _is_handed_on(python, function, module):
        return False
    return told


def _callers(python: PythonCode, function: Function, module: Module) -> list[Call]:
    name = python.naming.qualified(function, module)
    owner = module.scopes.scope(function)
    if isinstance(owner, ast.ClassDef) and function.name == "__init__":
        name = python.naming.qualified(owner, module)
    return list(python.calls(name))


def _is_handed_on(python: PythonCode, function: Function, module: Module) -> bool:
    """Say whether a function is decorated, or named somewhere without being called."""
    if function.decorator_list:
        return True
    name = function.name
    for where in python.reached:
        if name not in where.file.text:
            continue
        for node in where.scopes.nodes():
            is_named = (isinstance(node, ast.Name) and node.id == name) or (
                isinstance(node, ast.Attribute) and node.attr == name
            )
            parent = where.scopes.parent(node) if is_named else None
            if is_named and not (isinstance(parent, ast.Call) and parent.func is node):
                return True
    return False
