"""HF010: something goes to a Space, and there is nothing to run in it."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.told import server_told
from modelyard.deploy.rule import Rule, Said

PUSHES = re.compile(
    r"git\s+(?:remote\s+add|push)\b[^\n]*(?:huggingface\.co|hf\.co)/spaces/|hf\s+upload\b[^\n]*--repo-type[ =]space"
)


class HF010(Rule):
    """Something goes to a Space, and there is nothing to run in it.

    **What it does.** Takes every Space that a workflow, a script, a README or a document speaks of, and looks for what
    its SDK runs at the top of what is uploaded: `Dockerfile`, `app_file` or `app.py`, `index.html`.

    **Why it matters.** The Hub takes the upload and then stops with "no application file".

    **How to fix.** Upload the folder that holds the Dockerfile, rename it (`Dockerfile.hf` is not found), or add one.

    **Limits.** A static Space with a build command is not followed. Of documents, only those that push to a Space, or
    say that the server goes to Spaces and to no other host.
    """

    kind: Literal["HF010"] = "HF010"
    title: ClassVar[str] = "Nothing deployable for the Space"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "none"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the Spaces whose program is missing."""
        spaces = project.on("hf")
        for one in spaces:
            if one.shape == "docker" and one.dockerfile is not None:
                yield self.passed(one.dockerfile.file.span(1), f"{one.name} is built from {one.dockerfile.file.path}")
            elif one.problem and one.told_by and one.is_declared and not (one.settings or {}).get("app_build_command"):
                yield self._finding(project.code, one)
        if not spaces and not project.deployables and (told := _told(project.code)) is not None:
            message = "This is pushed to a Space, and no Dockerfile or app.py is there to run."
            yield self.finding(told, message, fix=Fix(text="Add a Dockerfile, or an app.py for Gradio."))
        elif not spaces and _is_a_lone_server(project) and (told := server_told(project.code)) is not None:
            message = "The server is said to go to a Space, and no Dockerfile is there to run it."
            yield self.finding(told, message, confidence=0.75, fix=Fix(text="Add a Dockerfile that starts the server."))

    def _finding(self, code: CodeBase, one: Deployable) -> Said:
        there = [file for file in code.files.values() if file.name.lower().startswith("dockerfile")]
        near = [file for file in there if not is_aside(file.path)]
        hint = f" There is {near[0].path}: upload its folder, under the name Dockerfile." if near else ""
        spans: list[Span] = [*([one.manifest] if one.manifest else []), *one.told_by]
        return self.finding(
            [*dict.fromkeys(spans)],
            f"The Space {one.name} cannot be built: {one.problem}.",
            confidence=0.9,
            fix=Fix(text=f"Put what the Space runs at the top of what is uploaded.{hint}"),
        )


def _is_a_lone_server(project: Project) -> bool:
    """Say whether a server is there that no manifest and no Dockerfile takes anywhere."""
    servers = [one for one in project.deployables if one.shape not in ("static", "node")]
    if not servers or any(file.name.lower().startswith("dockerfile") for file in project.code.files.values()):
        return False
    pages = ("gradio", "streamlit")  # a Space runs these by their SDK
    return all(
        one.shape == "python" and not one.is_declared and one.entry is not None and one.entry.server not in pages
        for one in servers
    )


def _told(code: CodeBase) -> Span | None:
    """Return the line that pushes to a Space, in a document, workflow or script."""
    for file in code.ending(".md", ".yml", ".yaml", ".sh"):
        if not is_aside(file.path) and file.is_tracked and (found := PUSHES.search(file.text)):
            return file.span(file.line_at(found.start()))
    return None
