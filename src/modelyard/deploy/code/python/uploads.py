"""Uploaded files in handlers: which variables hold one, or the name that its sender gave it."""

import ast
import re
from collections.abc import Iterator

from modelyard.deploy.code.python.code import Route

CLEANING = (
    "secure_filename",
    "basename",
    "sanitize",
    "sanitise",
    "slugify",
    "safe_name",
    "safe_filename",
    "clean",
    "uuid",
)
CHECKING = re.compile(r"(?:valid|check|verify|ensure|assert|is_safe)\w*(?:file_?name|path)", re.IGNORECASE)
JUDGES = re.compile(r"(?:^|\.)(?:int|float|UUID|fullmatch|match|search|get|get_\w+|filter\w*|find\w*|query|isalnum)$")
"""Calls after which a field's text is known to be a number, of a form, or something that is there."""
TEXT = re.compile(r"\bstr\b")
FORM = re.compile(r"request\.form(?:\.get\(|\[)")
FORM_TEXT = re.compile(r"Annotated\[str\b.*\bForm\(")


def uploads_of(route: Route) -> set[str]:
    """Return the parameters of a handler that are uploaded files, and names it takes from Flask's `request.files`."""
    arguments = [*route.handler.args.args, *route.handler.args.kwonlyargs]
    taken = {one.arg for one in arguments if one.annotation and "UploadFile" in ast.unparse(one.annotation)}
    for node in ast.walk(route.handler):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if "request.files" in ast.unparse(value):
                taken.add(name)
            case ast.For(target=ast.Name(id=name), iter=ast.Name(id=many)) if many in taken:
                taken.add(name)
    return taken


def fields_of(route: Route) -> set[str]:
    """Return the variables of a handler that hold the text of a form's field, those that it judges left out."""
    arguments = route.handler.args
    taken = {one.arg for one, default in _defaults(arguments) if _is_text(one) and _is_form(default)}
    for one in (*arguments.args, *arguments.kwonlyargs):
        if one.annotation is not None and FORM_TEXT.search(ast.unparse(one.annotation)):
            taken.add(one.arg)
    for node in ast.walk(route.handler):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if FORM.match(ast.unparse(value)):
                taken.add(name)
    return taken - _judged(route.handler) if taken else taken


def _defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yield the parameters that have a default, each with it."""
    plain = [*arguments.posonlyargs, *arguments.args]
    yield from zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True)
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield one, default


def _is_text(one: ast.arg) -> bool:
    return one.annotation is not None and TEXT.search(ast.unparse(one.annotation)) is not None


def _is_form(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Form"


def _judged(function: ast.AST) -> set[str]:
    """Return the names that a function compares (with nothing is not enough), matches, or makes a number of."""
    found: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn() | ast.Eq() | ast.NotEq(), *_]) if not _is_emptiness(node):
                found |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            case ast.Call(func=func, args=args) if JUDGES.search(ast.unparse(func)):
                found |= {one.id for part in args for one in ast.walk(part) if isinstance(one, ast.Name)}
    return found


def _is_emptiness(node: ast.Compare) -> bool:
    return all(isinstance(one, ast.Constant) and not one.value for one in node.comparators)


class Flow:
    """Which variables of a function hold an upload, or the name its sender gave it."""

    def __init__(self, uploads: set[str], names: set[str]) -> None:
        self.uploads = set(uploads)
        self.names = set(names)

    def read(self, function: ast.AST) -> None:
        """Follow the assignments of a function in their order."""
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._assign(name, value)
                case ast.For(target=ast.Name(id=name), iter=ast.Name(id=many)) if many in self.uploads:
                    self.uploads.add(name)

    def _assign(self, name: str, value: ast.expr) -> None:
        inner = value.values[0] if isinstance(value, ast.BoolOp) else value
        inner = _without_ending(inner)
        is_same = self.is_name(inner) or (isinstance(value, ast.IfExp) and self.is_name(value.body))
        if is_same or (_is_text_with(value, self) and not self.is_cleaned(value)):
            self.names.add(name)

    def is_name(self, node: ast.AST) -> bool:
        """Say whether an expression is the sender's name for the file."""
        match node:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(value=ast.Name(id=owner), attr="filename" | "orig_name"):
                return owner in self.uploads
            case ast.Attribute(value=ast.Subscript(value=value), attr="filename"):
                return ast.unparse(value) == "request.files"
        return False

    def is_cleaned(self, node: ast.AST) -> bool:
        """Say whether only a cleaned part of the name goes into an expression, or something unique before it."""
        text = ast.unparse(node).lower()
        if any(word in text for word in CLEANING) or ".suffix" in text or "splitext" in text:
            return True
        return any(
            isinstance(one, ast.Attribute)
            and one.attr in ("name", "stem")
            and "path(" in ast.unparse(one.value).lower()
            for one in ast.walk(node)
        )


def is_checked(function: ast.AST, flow: Flow) -> bool:
    """Say whether a function refuses names that hold a path: `validate_filename(name)`, `".." in name`."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=func, args=args) if CHECKING.search(ast.unparse(func)):
                if any(flow.is_name(part) for one in args for part in ast.walk(one)):
                    return True
            case ast.Compare(left=ast.Constant(value=".." | "/"), ops=[ast.In()], comparators=[name]):
                if any(flow.is_name(part) for part in ast.walk(name)):
                    return True
    return False


def _without_ending(value: ast.expr) -> ast.expr:
    """Return what a text was before its ending or the case of its letters went: a folder in it is there still."""
    while True:
        match value:
            case ast.Subscript(
                value=ast.Call(
                    func=ast.Attribute(value=inner, attr="rsplit" | "split" | "rpartition"), args=[mark, *_]
                ),
                slice=ast.Constant(value=0),
            ) if isinstance(mark, ast.Constant) and mark.value == ".":
                value = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "lower" | "upper"), args=[]):
                value = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="replace"), args=[ast.Constant(value=" "), _]):
                value = inner
            case _:
                return value


def _is_text_with(value: ast.expr, flow: Flow) -> bool:
    """Say whether a text is put together with the sender's name."""
    if not isinstance(value, ast.JoinedStr | ast.BinOp):
        return False
    return any(flow.is_name(part) for part in ast.walk(value))
