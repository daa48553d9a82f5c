"""RT001: nothing tells whether the service is alive."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.code.python.code import Call
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

APPS = ("fastapi.FastAPI", "flask.Flask", "starlette.applications.Starlette", "quart.Quart")
FORMS = {
    "fastapi.FastAPI": '\n\n@{app}.get("/health")\ndef health() -> dict[str, str]:\n    return {{"status": "ok"}}\n',
    "flask.Flask": '\n\n@{app}.get("/health")\ndef health():\n    return {{"status": "ok"}}\n',
}


class RT001(Rule):
    """Nothing tells whether the service is alive.

    **What it does.** Looks in the routes of the application that is started for a GET that answers without signing in:
    `/health` or the like, or `/`. A folder of pages mounted at `/` counts.

    **Why it matters.** Platforms, front ends that wait for a cold start, and monitors ask such a route. Without one
    they see 404 from a healthy service, or wake it with a costly request.

    **How to fix.** Add `GET /health` that answers at once, without the database.

    **Limits.** Routes that a package brings along are not seen.
    """

    kind: Literal["RT001"] = "RT001"
    title: ClassVar[str] = "No health route"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for the application that has routes, and none of this kind."""
        health = project.handlers.health
        if health is not None:
            yield self.passed(health.span, f"GET {health.path or '/'} answers without signing in")
            return
        apps = list(project.python.calls(*APPS))
        if not apps or not project.handlers.routes or _serves_pages(project):
            return
        main = _main(project, apps)
        edit = _edit(main)
        yield self.finding(
            main.span,
            "No route tells whether the service is alive.",
            confidence=0.85,
            chain=project.python.chain(main.module, main.node),
            platforms=project.platforms_of(main.module.file.path),
            fix=Fix(
                kind="suggested" if edit else "none",
                text="Add `GET /health` that answers at once, without the database and without signing in.",
                edits=(edit,) if edit else (),
            ),
        )


def _main(project: Project, apps: list[Call]) -> Call:
    """Return the application that is served, rather than one that is mounted in it."""
    started = {one.entry.module for one in project.deployables if one.entry}
    return next((one for one in apps if one.module.file.path in started), apps[0])


def _serves_pages(project: Project) -> bool:
    for call in project.python.calls(".mount", "gradio.mount_gradio_app"):
        path = call.argument(0 if call.name.endswith(".mount") else 2, "path")
        if isinstance(path, ast.Constant) and path.value in ("/", ""):
            return True
    return False


def _edit(call: Call) -> Edit | None:
    """Return the edit that adds the route below the application, where that is a variable of the module."""
    statement = call.module.scopes.statement(call.node)
    form = FORMS.get(call.name)
    if form is None or not isinstance(statement, ast.Assign) or statement.value is not call.node:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or call.module.scopes.scope(statement) is not call.module.tree:
        return None
    return inserted(
        call.module.file, (statement.end_lineno or statement.lineno) + 1, form.format(app=target.id).rstrip()
    )
