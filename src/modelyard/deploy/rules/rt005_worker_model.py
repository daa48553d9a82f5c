"""RT005: the workers cannot serve what the application is."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.deployable import Deployable, Entry
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ASYNC_APPS = ("fastapi.FastAPI", "starlette.applications.Starlette", "quart.Quart", "litestar.Litestar")
LONG = re.compile(
    r"\.predict(?:_proba)?$|\.generate$|\.encode$|\.from_pretrained$|transformers\.pipeline|\.transcribe$"
)
DEFAULT_TIMEOUT_SECONDS = 30
"""gunicorn's, after which it kills a worker that answers nothing."""


class RT005(Rule):
    """The workers cannot serve what the application is.

    **What it does.** Reads how gunicorn is started: an ASGI application (FastAPI, Starlette) under its default workers,
    and one synchronous worker without a timeout of its own for handlers that call a model or a hosted LLM.

    **Why it matters.** gunicorn's default workers speak WSGI: every request to FastAPI ends with a TypeError. A single
    synchronous worker serves one request at a time and is killed after 30 seconds, in the middle of an answer.

    **How to fix.** `-k uvicorn.workers.UvicornWorker` for ASGI; `--threads 8 --timeout 120` for Flask.

    **Limits.** Settings in a configuration file count when they are constants.
    """

    kind: Literal["RT005"] = "RT005"
    title: ClassVar[str] = "Workers do not fit the application"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what is wrong with each gunicorn that is started."""
        seen: set[tuple[str, int]] = set()
        for one in project.deployables:
            entry = one.entry
            if entry is None or entry.server != "gunicorn" or entry.module is None or not entry.spans:
                continue
            span = entry.spans[0]
            if (span.file, span.line) in seen:
                continue
            seen.add((span.file, span.line))
            yield from self._entry(project, one, entry, span)

    def _entry(self, project: Project, one: Deployable, entry: Entry, span: Span) -> Iterator[Said]:
        workers = entry.options.get("worker-class", "sync")
        file = project.code.get(span.file)
        platforms = tuple(
            dict.fromkeys(
                each.platform for each in project.deployables if each.entry and each.entry.spans[:1] == (span,)
            )
        )
        if _is_asgi(project, entry) and workers in ("sync", "gthread", "gevent", "eventlet"):
            yield self.finding(
                span,
                f"gunicorn starts an ASGI application with {workers} workers, which speak WSGI.",
                severity="error",
                confidence=0.9,
                chain=one.command.chain if one.command else (),
                platforms=platforms,
                fix=_fix(
                    file, span, ("-k", "uvicorn.workers.UvicornWorker"), "Add `-k uvicorn.workers.UvicornWorker`."
                ),
            )
        elif workers == "sync" and not _has_threads(entry) and (entry.n_workers or 1) == 1 and _works_long(project):
            yield self.finding(
                span,
                f"One synchronous worker answers one request at a time, and is killed after {_timeout(entry)} seconds.",
                confidence=0.75,
                chain=one.command.chain if one.command else (),
                platforms=platforms,
                fix=_fix(file, span, ("--threads", "8", "--timeout", "120"), "Add `--threads 8 --timeout 120`."),
            )
        else:
            yield self.passed(span, f"gunicorn with {workers} workers fits the application")


def _is_asgi(project: Project, entry: Entry) -> bool:
    """Say whether the application that is served is an ASGI one."""
    target = (entry.target or "app").removesuffix("()")
    for call in project.python.calls(*ASYNC_APPS):
        statement = call.module.scopes.statement(call.node)
        names = (
            [one.id for one in statement.targets if isinstance(one, ast.Name)]
            if isinstance(statement, ast.Assign)
            else []
        )
        function = call.function.name if call.function else ""
        if call.module.file.path == entry.module and (target in names or function == target):
            return not any(project.python.calls("a2wsgi.ASGIMiddleware"))
    return False


def _has_threads(entry: Entry) -> bool:
    return entry.options.get("threads", "1").isdecimal() and int(entry.options.get("threads", "1")) > 1


def _timeout(entry: Entry) -> str:
    return entry.options.get("timeout", str(DEFAULT_TIMEOUT_SECONDS))


def _works_long(project: Project) -> bool:
    """Say whether a handler runs a model, or waits for a hosted one."""
    handlers = project.handlers
    return any(
        handlers.asks_llm(route) or any(LONG.search(call.name) for call in handlers.calls_behind(route))
        for route in handlers.routes
    )


def _fix(file: SourceFile | None, span: Span, words: tuple[str, ...], text: str) -> Fix:
    edits = present(_edit(file, span, words)) if file is not None else ()
    return Fix(kind="suggested" if edits else "none", text=text, edits=edits)


def _edit(file: SourceFile, span: Span, words: tuple[str, ...]) -> Edit | None:
    """Return the edit that adds options right after the program's name, in JSON form or as plain words."""
    for line in range(span.line, span.end_line + 1):
        text = file.lines[line - 1]
        if '"gunicorn"' in text:
            return replaced(file, line, '"gunicorn"', ", ".join(f'"{word}"' for word in ("gunicorn", *words)))
        if "gunicorn " in text:
            return replaced(file, line, "gunicorn ", f"gunicorn {' '.join(words)} ")
    return None
