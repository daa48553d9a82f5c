"""One Python file that is run: what its names stand for, and the calls that its top level comes to."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.python.parsing import parsed

LAUNCHERS = {
    "uvicorn.run": "uvicorn",
    "uvicorn.Config": "uvicorn",
    "waitress.serve": "waitress",
    "hypercorn.run": "hypercorn",
    "aiohttp.web.run_app": "python",
    "gevent.pywsgi.WSGIServer": "python",
}


@dataclass
class Program:
    """One file, and what its top level reaches in it."""

    file: SourceFile
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    """Local name → dotted name, by the imports."""
    values: dict[str, ast.expr] = field(default_factory=dict)
    """The last value each plain name is given."""

    @classmethod
    def read(cls, file: SourceFile) -> "Program | None":
        """Return the file's program; None when it does not parse."""
        tree = parsed(file)
        if not isinstance(tree, ast.Module):
            return None
        one = cls(file, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    one.names[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    one.names[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                one.values[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                one.values[node.target.id] = node.value
        return one

    def dotted(self, node: ast.expr) -> str:
        """Return an expression's dotted name, its first part resolved through the imports."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Call):
            return ".".join([f"{self.dotted(node.func)}()", *reversed(parts)])
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.names.get(node.id, node.id), *reversed(parts)])


def fields_of(program: Program) -> Iterator[tuple[str, ast.expr]]:
    """Yield the fields of every class of a file, with their defaults."""
    for one in ast.walk(program.tree):
        for field_ in one.body if isinstance(one, ast.ClassDef) else ():
            if isinstance(field_, ast.AnnAssign) and isinstance(field_.target, ast.Name) and field_.value is not None:
                yield field_.target.id, field_.value


def default_of(node: ast.expr) -> ast.expr:
    """Return the default of a field: the value, or the first argument of `Field(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Field":
        return node.args[0] if node.args else argument(node, "default", None) or node
    return node


def argument(call: ast.Call, keyword: str, position: int | None) -> ast.expr | None:
    """Return an argument of a call by its keyword, else by its position."""
    for one in call.keywords:
        if one.arg == keyword:
            return one.value
    return call.args[position] if position is not None and position < len(call.args) else None


def server_of(program: Program, call: ast.Call) -> str | None:
    """Return which server a call starts; None for any other call."""
    name = program.dotted(call.func)
    if name in LAUNCHERS:
        return LAUNCHERS[name]
    if re.fullmatch(r"hypercorn\.\w+\.serve", name):
        return "hypercorn"
    if not isinstance(call.func, ast.Attribute):
        return None
    owner, attribute = call.func.value, call.func.attr
    if attribute == "launch" and any(one.split(".")[0] == "gradio" for one in program.names.values()):
        return "gradio"
    if attribute != "run":
        return None
    made = program.values.get(owner.id) if isinstance(owner, ast.Name) else owner
    maker = program.dotted(made.func) if isinstance(made, ast.Call) else ""
    if maker.rsplit(".", 1)[-1] in (
        "Flask",
        "APIFlask",
        "OpenAPI",
        "Dash",
        "Quart",
        "create_app",
        "make_app",
        "SocketIO",
    ):
        return "flask"
    is_imported = isinstance(owner, ast.Name) and owner.id in program.names and owner.id in ("app", "application")
    keywords = {one.arg for one in call.keywords}
    return "flask" if is_imported or (keywords & {"port", "host", "debug"} and name != "subprocess.run") else None


def calls_reached(program: Program, function: str | None) -> Iterator[ast.Call]:
    """Yield the calls that the top level makes (or one function), those of called functions of the file after them."""
    functions = {
        one.name: one for one in ast.walk(program.tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    if function is not None and function not in functions:
        return
    waiting: list[ast.AST] = [functions[function]] if function is not None else [program.tree]
    seen: set[str] = {function} if function is not None else set()
    while waiting:
        for call in _own_calls(waiting.pop(0)):
            yield call
            name = (
                call.func.id
                if isinstance(call.func, ast.Name)
                else call.func.attr
                if isinstance(call.func, ast.Attribute)
                else ""
            )
            is_here = isinstance(call.func, ast.Name) or program.dotted(call.func).startswith(("asyncio.", "self."))
            for passed in (
                name,
                *(one.func.id for one in call.args if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)),
            ):
                if is_here and passed in functions and passed not in seen:
                    seen.add(passed)
                    waiting.append(functions[passed])


def _own_calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a body in order, without those of functions that are only defined there."""
    stack = list(reversed(list(ast.iter_child_nodes(node))))
    while stack:
        one = stack.pop()
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(one, ast.Call):
            yield one
        stack.extend(reversed(list(ast.iter_child_nodes(one))))
