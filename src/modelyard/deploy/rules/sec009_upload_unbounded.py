"""SEC009: an upload may be as large as its sender likes."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Route
from modelyard.deploy.code.python.uploads import uploads_of
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.handlers import Place
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SIZE = re.compile(
    r"max_?(?:\w*_)?(?:size|bytes|length|mb|upload|content)|size_?limit|content.length|\.size\b|too.?large", re.I
)
COMPARED = re.compile(r"len\(|size|length|bytes|total|\bn_?read", re.IGNORECASE)


class SEC009(Rule):
    """An upload may be as large as its sender likes.

    **What it does.** Finds handlers that take a file and read or copy all of it, with no comparison of a size on the
    way, in the handler, in what it calls, in a middleware, or in Flask's `MAX_CONTENT_LENGTH`.

    **Why it matters.** Neither a Space nor Render limits the size of a request. On 512 MB, one file of 600 MB that is
    read at once ends the process for everyone.

    **How to fix.** Read in pieces and stop at a limit; answer 413 beyond it.

    **Limits.** A limit that a proxy keeps is not seen.
    """

    kind: Literal["SEC009"] = "SEC009"
    title: ClassVar[str] = "Upload size unbounded"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each handler that takes a file without a limit."""
        if project.handlers.says_around(SIZE) or _has_flask_limit(project):
            return
        for route in project.handlers.routes:
            taken = uploads_of(route)
            read = next((call for call in project.handlers.calls_behind(route) if _reads_all(call, taken)), None)
            if not taken or read is None:
                continue
            if any(_looks_at_size(place) for place in project.handlers.behind(route)):
                yield self.passed(route.span, f"{route.path} looks at the size of what it takes")
            else:
                yield self._finding(project, route, read)

    def _finding(self, project: Project, route: Route, read: Call) -> Said:
        return self.finding(
            [read.span, route.span],
            f"{route.method} {route.path} reads a whole upload without a limit.",
            confidence=0.8,
            chain=project.python.chain(route.module, route.handler),
            platforms=project.platforms_of(route.module.file.path),
            fix=Fix(
                text="Read in pieces, add up their size, and answer 413 beyond a limit that fits the host's memory."
            ),
        )


def _reads_all(call: Call, taken: set[str]) -> bool:
    head, _, last = call.name.rpartition(".")
    if call.name == "shutil.copyfileobj":
        return True
    func = call.node.func
    base = func.value if isinstance(func, ast.Attribute) else None
    if isinstance(base, ast.Attribute) and base.attr == "file":
        base = base.value
    is_upload = isinstance(base, ast.Name) and (
        base.id in taken or "file" in base.id.lower() or "upload" in base.id.lower()
    )
    return last in ("read", "save") and is_upload and (last == "save" or not call.node.args) and "open" not in head


def _looks_at_size(place: Place) -> bool:
    """Say whether a function compares a size with something."""
    return any(
        isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE) for op in node.ops)
        and COMPARED.search(ast.unparse(node)) is not None
        for node in ast.walk(place.function)
    )


def _has_flask_limit(project: Project) -> bool:
    return any(
        isinstance(node, ast.Constant) and node.value == "MAX_CONTENT_LENGTH"
        for module in project.python.reached
        if "MAX_CONTENT_LENGTH" in module.file.text
        for node in module.scopes.nodes()
    )
