"""RD002: a web service on Render listens on a port of its own."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable, Entry
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SERVERS_WITH_PORT_OPTION = ("uvicorn", "hypercorn", "flask", "streamlit")
PORT_OPTION = re.compile(r"(--(?:server\.)?port[= ]|-p )(\d+)|(:)(\d{2,5})(?=[\s\"']|$)")


class RD002(Rule):
    """A web service on Render listens on a port of its own.

    **What it does.** Compares the port that the started process binds to (start command, image, `uvicorn.run`) with
    the one Render hands it in `PORT`: 10000, unless the blueprint sets another.

    **Why it matters.** Render sends requests to `PORT`. A process that listens elsewhere is found by a scan at best,
    and otherwise the deploy ends with "no open ports detected".

    **How to fix.** Bind to `0.0.0.0:$PORT`; in a Dockerfile through a shell: `CMD uvicorn app:app --host 0.0.0.0 --port
    ${PORT:-10000}`.

    **Limits.** A program that reads the port from a file of its own is not followed. A name other than `PORT` counts
    with its default, unless the blueprint sets it.
    """

    kind: Literal["RD002"] = "RD002"
    title: ClassVar[str] = "$PORT is ignored"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("render_default_port", "render_reserved_ports")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each web service on Render listens on."""
        for one in project.on("render"):
            entry = one.entry
            if entry is None or _type(one) != "web" or (entry.port is None and entry.port_from is None):
                continue
            expected = _expected(one)
            span = entry.spans[0] if entry.spans else one.manifest
            if span is None:
                continue
            if entry.port_from == "PORT" or entry.port == expected:
                yield self.passed(span, f"{one.name} listens on ${entry.port_from or expected}")
            elif entry.port is not None and not _is_set(project, entry.port_from):
                yield self._finding(project, one, entry, span, expected)

    def _finding(self, project: Project, one: Deployable, entry: Entry, span: Span, expected: int) -> Said:
        how = "keeps for itself" if entry.port in fact("render_reserved_ports").value else "does not hand it"
        file = project.code.get(span.file)
        edits = present(_edit(file, span, entry)) if file is not None else ()
        return self.finding(
            [span, *([one.manifest] if one.manifest and one.manifest != span else [])],
            f"{one.name} listens on {entry.port}, which Render {how}: `PORT` is {expected}.",
            severity=None if one.is_declared else "warning",
            confidence=0.9 if one.is_declared else 0.7,
            chain=one.command.chain if one.command else (),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Bind to `0.0.0.0:$PORT`; in an image through a shell, with `${PORT:-10000}`.",
                edits=edits,
            ),
        )


def _is_set(project: Project, name: str | None) -> bool:
    """Say whether the blueprint sets the name that a port comes from, to what only Render knows."""
    return any(one.name == name and one.where == "render" and not one.value for one in project.names.sets)


def _type(one: Deployable) -> str:
    return str((one.settings or {}).get("type", "web"))


def _expected(one: Deployable) -> int:
    stated = dict(one.environment).get("PORT") if one.manifest else None
    return int(stated) if stated and stated.isdecimal() else int(fact("render_default_port").value)


def _edit(file: SourceFile, span: Span, entry: Entry) -> Edit | None:
    """Return the edit of a start command in a blueprint; images need a shell and a person's eye."""
    text = file.lines[span.line - 1]
    if not file.name.startswith("render.y") or entry.server not in (*SERVERS_WITH_PORT_OPTION, "gunicorn"):
        return None
    if found := PORT_OPTION.search(text):
        return replaced(file, span.line, found[0], f"{found[1] or found[3]}$PORT")
    plain = re.search(r"(?:startCommand|dockerCommand):\s*(?P<command>[^\"'|>#][^#]*?)\s*(?:#.*)?$", text)
    if plain is None or any(sign in plain["command"] for sign in "&|;") or entry.server == "gunicorn":
        return None
    return replaced(file, span.line, plain["command"], f"{plain['command']} --port $PORT")
