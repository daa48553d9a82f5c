"""Folders of the code base that a module adds to `sys.path`, told from its text alone."""

import ast
import posixpath
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from modelyard.deploy.code.python.parts import Module, written

_TOP = "{top}"
"""Stands for the folder of the code base in paths that are made with `__file__`."""
_SAME = frozenset({"str", "os.fspath", "Path", "PurePath", "pathlib.Path", "pathlib.PurePath"})
_WHOLE = frozenset(
    f"{before}{name}" for before in ("", "os.path.") for name in ("abspath", "realpath", "normpath", "expanduser")
)
_METHODS = frozenset({"resolve", "absolute", "as_posix", "expanduser"})
_OF_LIBRARIES = frozenset({"lib", "libs", "vendor", "vendored", "_vendor", "third_party", "deps"})
"""Folders that hold copies of libraries: what others wrote is not read as this program's own."""
MAX_DEPTH = 20


def import_folders(module: Module, folders: AbstractSet[str]) -> tuple[str, ...]:
    """Return where a module's imports are looked for, by order, when it adds folders of the code base at its top.

    `folders` are those of the code base. Empty where it adds none, or none that can be told.
    """
    first: list[str] = []
    last: list[str] = []
    for call in module.scopes.calls:
        how = written(call.func)
        if how not in ("sys.path.insert", "sys.path.append") or not call.args:
            continue
        folder = _folder(call.args[-1], module, folders) if module.scopes.unit(call) is module.tree else None
        if folder is None:
            continue
        is_first = how == "sys.path.insert" and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
        first[:0] = [folder] if is_first else []
        last += [] if is_first else [folder]
    return tuple(dict.fromkeys((*first, module.root, *last))) if first or last else ()


def _folder(node: ast.expr, module: Module, folders: AbstractSet[str]) -> str | None:
    """Return the folder that an expression names; one without `__file__` is seen from where the program begins."""
    text = _text(node, module, 0)
    if text is None:
        return None
    if not text.startswith(_TOP):
        text = posixpath.join(_TOP, module.root, text)
    path = posixpath.normpath(text)
    folder = path.removeprefix(_TOP).lstrip("/")
    is_there = path.startswith(_TOP) and (not folder or folder in folders)
    return folder if is_there and posixpath.basename(folder) not in _OF_LIBRARIES else None


def _text(node: ast.expr, module: Module, depth: int) -> str | None:
    """Return the path that an expression is worth, `{top}` for the folder of the code base; None where unknown."""
    if depth > MAX_DEPTH:
        return None
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id="__file__"):
            return f"{_TOP}/{module.file.path}"
        case ast.Name():
            return _of_name(node, module, depth)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined((left, right), module, depth)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [_text(one, module, depth + 1) for one in (left, right)]
            return "".join(one for one in parts if one is not None) if None not in parts else None
        case ast.Attribute(value=base, attr="parent"):
            return _above(_text(base, module, depth + 1), 1)
        case ast.Subscript(value=ast.Attribute(value=base, attr="parents"), slice=ast.Constant(value=int() as n)):
            return _above(_text(base, module, depth + 1), n + 1)
        case ast.Call(func=func, args=args):
            return _of_call(func, args, module, depth)
    return None


def _of_name(node: ast.Name, module: Module, depth: int) -> str | None:
    """Return the path that the one assignment of a name gives it."""
    found = module.scopes.lookup(node.id, module.scopes.scope(node))
    if found is None or len(found[1]) != 1 or found[1][0].how != "assigned" or found[1][0].value is None:
        return None
    return _text(found[1][0].value, module, depth + 1)


def _of_call(func: ast.expr, args: list[ast.expr], module: Module, depth: int) -> str | None:
    name = written(func)
    if name in ("os.path.join", "join") or (name in _SAME and len(args) > 1):
        return _joined(args, module, depth)
    if name in ("os.path.dirname", "dirname") and args:
        return _above(_text(args[0], module, depth + 1), 1)
    if name in _SAME | _WHOLE and args:
        text = _text(args[0], module, depth + 1)
        return posixpath.normpath(text) if text is not None and name in _WHOLE else text
    if isinstance(func, ast.Attribute) and func.attr in _METHODS:
        text = _text(func.value, module, depth + 1)
        return posixpath.normpath(text) if text is not None else None
    if isinstance(func, ast.Attribute) and func.attr == "joinpath":
        return _joined((func.value, *args), module, depth)
    return None


def _joined(nodes: Sequence[ast.expr], module: Module, depth: int) -> str | None:
    parts = [_text(one, module, depth + 1) for one in nodes]
    told = [one for one in parts if one is not None]
    return posixpath.join(*told) if told and len(told) == len(parts) else None


def _above(text: str | None, n: int) -> str | None:
    """Return the folder so many steps above a path; None above the code base, where nothing of it lies."""
    for _ in range(n):
        if not text or text == _TOP:
            return None
        text = posixpath.dirname(text)
    return text
