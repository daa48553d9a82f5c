"""DK008: a reloader or debugger runs in production."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.deployable import Deployable, Entry
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

OPTIONS = ("reload", "debug", "runserver")
WORDS = (" --reload", "reload=True", "debug=True", " --debug", "fastapi dev")
NEW_WORDS = {"reload=True": "reload=False", "debug=True": "debug=False", "fastapi dev": "fastapi run"}


class DK008(Rule):
    """A reloader or debugger runs in production.

    **What it does.** Follows the command to the server it starts and looks for `--reload`, `reload=True`, Flask's
    `app.run(debug=True)`, `FLASK_DEBUG=1`, `fastapi dev`, Django's `runserver`, and applications made with
    `debug=True`. A `__main__` block that nothing runs does not count.

    **Why it matters.** A reloader watches every file and doubles the memory; Flask's debugger runs code that visitors
    type; `debug=True` shows tracebacks with the source to everybody.

    **How to fix.** Start the server without it, and switch it on from the environment at home.

    **Limits.** Values that only the environment knows are judged by their default.
    """

    kind: Literal["DK008"] = "DK008"
    title: ClassVar[str] = "Debug server in production"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each server is started with."""
        for one, platforms in merged(project.on("hf", "render")):
            if one.entry is None:
                continue
            found = _debugs(one, one.entry)
            if found:
                edits = _edits(project.code, one.entry)
                yield self.finding(
                    one.entry.spans,
                    f"{one.entry.server} is started with {found}.",
                    chain=one.command.chain if one.command is not None else (),
                    platforms=platforms,
                    fix=Fix(kind="suggested" if edits else "none", text="Start it without.", edits=edits),
                )
            elif one.entry.server != "python":
                yield self.passed(one.entry.spans[0], f"{one.entry.server} runs without reloader and debugger")
        yield from self._applications(project)

    def _applications(self, project: Project) -> Iterator[Said]:
        for call in project.python.calls("fastapi.FastAPI", "starlette.applications.Starlette"):
            node = call.argument(None, "debug")
            folded = project.python.fold(node, call.module) if node is not None else None
            platforms = tuple(one for one in project.platforms_of(call.module.file.path) if one != "vercel")
            if folded is None or folded.value is not True or not folded.is_whole or not platforms:
                continue
            is_plain = isinstance(node, ast.Constant)
            line = node.lineno if node is not None else call.span.line
            edits = present(replaced(call.module.file, line, "debug=True", "debug=False")) if is_plain else ()
            yield self.finding(
                call.module.span(node) if node is not None else call.span,
                "The application is made with debug=True: errors show the source to everybody.",
                chain=project.python.chain(call.module, call.node),
                platforms=platforms,
                fix=Fix(kind="suggested" if edits else "none", text="Leave debug off in production.", edits=edits),
            )


def _debugs(one: Deployable, entry: Entry) -> str:
    """Return what starts a reloader or debugger; `""` when nothing does."""
    for name in OPTIONS:
        if name in entry.options and entry.options[name] not in ("False", "false", "0"):
            return name
    told = dict(one.environment)
    if entry.server == "flask" and not entry.is_run and (told.get("FLASK_DEBUG") or "") in ("1", "true", "True"):
        return "FLASK_DEBUG"
    if entry.server == "flask" and told.get("FLASK_ENV") == "development":
        return "FLASK_ENV=development"
    return ""


def _edits(code: CodeBase, entry: Entry) -> tuple[Edit, ...]:
    """Return the edit of the line that states it."""
    span = entry.spans[0]
    file = code.get(span.file)
    if file is None:
        return ()
    for line in range(span.line, span.end_line + 1):
        text = file.lines[line - 1]
        for quoted in (', "--reload"', ", '--reload'", ', "--debug"'):
            if quoted in text:
                return present(replaced(file, line, quoted, ""))
        for word in WORDS:
            if word in text:
                return present(replaced(file, line, word, NEW_WORDS.get(word, "")))
    return ()
