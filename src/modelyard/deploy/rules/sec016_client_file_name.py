"""SEC016: a file is stored under the name its sender gave it."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module
from modelyard.deploy.code.python.uploads import Flow, fields_of, is_checked, uploads_of
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.handlers import Place
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PATH_CALLS = ("os.path.join", "posixpath.join", "pathlib.Path", "open", "pathlib.Path.joinpath", "aiofiles.open")
OPENERS = frozenset(
    {"open", "Path", "join", "save", "imwrite", "imread", "to_csv", "to_parquet", "read_csv", "load", "dump", "remove"}
    | {"makedirs", "copy", "copyfile", "move", "rename", "write_video", "FileResponse", "unlink", "PurePath"}
)
"""Functions whose text is a path."""


class SEC016(Rule):
    """A file is stored under the name its sender gave it.

    **What it does.** Follows `filename` of an upload, and the fields of the form that comes with it, through the
    variables of its handler, and of the functions they are passed to, into a path: `os.path.join`, `Path(…) / …`, an
    f-string, `open`.

    **Why it matters.** The name is whatever the client sent: `../../app/main.py` writes outside the folder, and an
    absolute one makes `os.path.join` forget the folder altogether.

    **How to fix.** Give the file a name of your own (`uuid4().hex` and the ending), or keep only `Path(name).name`.

    **Limits.** A name that some function of the program cleans or checks is trusted when the function's name says so,
    and a field of the form that the handler compares, matches or looks up.
    """

    kind: Literal["SEC016"] = "SEC016"
    title: ClassVar[str] = "Client file name in a path"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each path that a client's file name becomes a part of."""
        seen: set[ast.AST] = set()
        for route in project.handlers.routes:
            uploads = uploads_of(route)
            if not uploads or route.handler in seen:
                continue
            seen.add(route.handler)
            yield from self._handler(project, Place(route.module, route.handler), uploads, fields_of(route), 0)

    def _handler(
        self, project: Project, place: Place, uploads: set[str], names: set[str], depth: int
    ) -> Iterator[Said]:
        """Yield the findings of one function, and of those it passes the name or the upload to."""
        flow = Flow(uploads, names)
        flow.read(place.function)
        if is_checked(place.function, flow):
            return
        for node in _paths(place, project):
            tainted = next((part for part in ast.walk(node) if flow.is_name(part)), None)
            if tainted is not None and not flow.is_cleaned(node):
                yield self._finding(project, place.module, node, tainted)
                return
        for call in project.handlers.calls(place) if depth < 2 else ():
            yield from self._passed(project, call, flow, depth)

    def _passed(self, project: Project, call: Call, flow: Flow, depth: int) -> Iterator[Said]:
        found = project.python.naming.definition(call.node.func, call.module)
        if found is None or not isinstance(found[1], ast.FunctionDef | ast.AsyncFunctionDef):
            return
        parameters = [one.arg for one in found[1].args.args]
        if isinstance(call.node.func, ast.Attribute) and parameters[:1] in (["self"], ["cls"]):
            parameters = parameters[1:]
        pairs = [*zip(parameters, call.node.args, strict=False)]
        pairs += [(one.arg, one.value) for one in call.node.keywords if one.arg]
        uploads = {name for name, value in pairs if isinstance(value, ast.Name) and value.id in flow.uploads}
        names = {name for name, value in pairs if flow.is_name(value)}
        if uploads or names:
            yield from self._handler(project, Place(found[0], found[1]), uploads, names, depth + 1)

    def _finding(self, project: Project, module: Module, node: ast.AST, tainted: ast.AST) -> Said:
        edit = _edit(module, tainted)
        return self.finding(
            module.span(node),
            f"The path is made with the name that the client sent ({ast.unparse(tainted)}).",
            confidence=0.85,
            chain=project.python.chain(module, node),
            platforms=project.platforms_of(module.file.path),
            fix=Fix(
                kind="suggested" if edit else "none",
                text="Store it under a name of your own, and keep the sender's only to show it.",
                edits=(edit,) if edit else (),
            ),
        )


def _paths(place: Place, project: Project) -> Iterator[ast.AST]:
    """Yield the expressions of a function that make a path."""
    for call in project.handlers.calls(place):
        is_path = call.name in PATH_CALLS or call.name.endswith(".joinpath")
        parts = call.node.args[:1] if call.name in ("open", "aiofiles.open") else call.node.args
        if is_path and (len(parts) > 1 or call.name in ("open", "aiofiles.open")):
            yield from parts if call.name in ("open", "aiofiles.open") else [call.node]
    for node in ast.walk(place.function):
        is_divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if is_divided or (isinstance(node, ast.JoinedStr) and _has_slash(node) and _is_opened(node, place)):
            yield node


def _is_opened(node: ast.AST, place: Place) -> bool:
    """Say whether a text is used as a path: passed to something that opens, or in a variable that is."""
    scopes = place.module.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.Call):
        return _opens(parent)
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return False
    name = parent.targets[0].id
    return any(
        isinstance(call, ast.Call)
        and _opens(call)
        and any(isinstance(part, ast.Name) and part.id == name for part in call.args)
        for call in ast.walk(place.function)
    )


def _opens(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in OPENERS


def _has_slash(node: ast.JoinedStr) -> bool:
    """Say whether an f-string is a path: a folder, a slash, and the name after it."""
    for before, after in zip(node.values, node.values[1:], strict=False):
        if (
            isinstance(before, ast.Constant)
            and str(before.value).endswith("/")
            and isinstance(after, ast.FormattedValue)
        ):
            return not str(before.value).startswith(("http:", "https:"))
    return False


def _edit(module: Module, tainted: ast.AST) -> Edit | None:
    """Return the edit that keeps only the last part of the name, where `Path` or `os` is imported."""
    bound = module.scopes.bindings[module.tree]
    if any(one.how == "import" and one.member == "Path" for one in bound.get("Path", [])):
        form = "Path({}).name"
    elif any(one.how == "import" and one.source == "os" for one in bound.get("os", [])):
        form = "os.path.basename({})"
    else:
        return None
    start, end = module.extent(tainted)
    return Edit(file=module.file.path, start=start, end=end, text=form.format(module.source(tainted)))
