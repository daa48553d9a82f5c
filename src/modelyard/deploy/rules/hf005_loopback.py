"""HF005: the server is bound to loopback."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.deployable import ANY_ADDRESS, Deployable, Entry
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SET_PORT = ("render",)
"""Platforms that set PORT: gunicorn then binds to every address by itself."""
ADDED = {"uvicorn": "--host", "hypercorn": "--bind", "flask": "--host", "daphne": "--bind"}
SERVER = re.compile(r"\b(?:uvicorn|flask|daphne)\b")


class HF005(Rule):
    """The server is bound to loopback.

    **What it does.** Reads the address that the started process binds to: options of the command, a gunicorn file,
    `uvicorn.run(host=…)`, `app.run`, `demo.launch(server_name=…)`, and the server's default where none is stated.

    **Why it matters.** `127.0.0.1` is the container's own loopback: the platform's proxy cannot reach it, and the
    deploy ends with no open port.

    **How to fix.** Bind to `0.0.0.0`.

    **Limits.** A server behind another one in the same container (nginx) may listen on loopback: only the last program
    of the command is judged.
    """

    kind: Literal["HF005"] = "HF005"
    title: ClassVar[str] = "Server bound to loopback"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the address of each server."""
        for one, platforms in merged(project.on("hf", "render")):
            entry = one.entry
            if entry is None or (entry.server == "python" and entry.port is None) or one.shape == "static":
                continue
            if (one.settings or {}).get("type", "web") != "web":
                continue
            if entry.server == "gunicorn" and entry.host is None:
                platforms = tuple(platform for platform in platforms if platform not in SET_PORT)
                if not platforms:
                    yield self.passed(entry.spans[0], "gunicorn binds to 0.0.0.0:$PORT, which the platform sets")
                    continue
            if entry.bound_host not in LOOPBACK:
                yield self.passed(entry.spans[0], f"{entry.server} binds to {entry.bound_host}")
            elif not (one.shape == "gradio" and entry.host is None):
                yield self._finding(project.code, one, entry, platforms)

    def _finding(self, code: CodeBase, one: Deployable, entry: Entry, platforms: tuple[Platform, ...]) -> Said:
        how = "is bound" if entry.host else "binds by default"
        edits = _edits(code, entry)
        return self.finding(
            entry.spans,
            f"{entry.server} {how} to {entry.bound_host}: nothing outside the container reaches it.",
            chain=one.command.chain if one.command is not None else (),
            platforms=platforms,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Bind to {ANY_ADDRESS}.",
                edits=edits,
            ),
        )


def _edits(code: CodeBase, entry: Entry) -> tuple[Edit, ...]:
    span = entry.spans[0]
    file = code.get(span.file)
    if file is None:
        return ()
    for line in range(span.line, span.end_line + 1):
        if entry.host is not None and entry.host in file.lines[line - 1]:
            return present(replaced(file, line, entry.host, ANY_ADDRESS))
    text = file.lines[span.line - 1]
    option = ADDED.get(entry.server)
    if entry.host is not None or option is None or entry.server == "hypercorn" or span.line != span.end_line:
        return ()
    if found := re.search(r"\[.*\]\s*$", text):
        return present(replaced(file, span.line, found[0], f'{found[0].rstrip()[:-1]}, "{option}", "{ANY_ADDRESS}"]'))
    target = re.search(rf"\b{entry.server}\s+(?:run\b|[\w.]+:\w+(?:\(\))?)", text)
    return present(replaced(file, span.line, target[0], f"{target[0]} {option} {ANY_ADDRESS}")) if target else ()
