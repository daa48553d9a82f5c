"""GR001: a Gradio route of another major version."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.gradio_calls import GradioCall, gradio_calls
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

NEWEST = 6
"""What an unpinned requirement installs today."""


class GR001(Rule):
    """A Gradio route of another major version is called.

    **What it does.** Reads the Gradio version of the Spaces in this code base (`sdk_version`, requirements), and the
    routes that its other programs call: `/call/…`, `/run/predict`, `/api/predict`, with or without `/gradio_api`.

    **Why it matters.** From version 5 on everything lies below `/gradio_api`, and the old paths answer 404; version 4
    does not know the prefix.

    **How to fix.** Ask the server's `/config` for `api_prefix`, or use the Gradio client, which does.

    **Limits.** Silent when the server is in another code base: its version is then not known.
    """

    kind: Literal["GR001"] = "GR001"
    title: ClassVar[str] = "Gradio route of another version"
    group: ClassVar[str] = "Gradio"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render", "vercel")
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("gradio_prefix_major",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the calls that the server of this code base does not answer."""
        servers = [(one, *_major(project, one)) for one in project.on("hf") if _is_gradio(one)]
        if not servers:
            return
        space, major, place = servers[0]
        for call in gradio_calls(project):
            if call.file.path in {path for path, _ in space.python_files}:
                continue
            needs_prefix = major >= fact("gradio_prefix_major").value
            if call.has_prefix == needs_prefix and not (major < 4 and call.route == "/call"):
                yield self.passed(call.span, f"{call.route} fits Gradio {major}")
            else:
                yield self._finding(call, space, major, place, needs_prefix=needs_prefix)

    def _finding(self, call: GradioCall, space: Deployable, major: int, place: Span, *, needs_prefix: bool) -> Said:
        wrong = f"{'/gradio_api' if call.has_prefix else ''}{call.route}"
        right = f"/gradio_api{call.route}" if needs_prefix else call.route if major >= 4 else "/run"
        edits = present(
            *(
                replaced(call.file, line, f"{wrong}/", f"{right}/")
                for line in range(call.span.line, call.span.end_line + 1)
                if f"{wrong}/" in call.file.lines[line - 1]
            )
        )
        return self.finding(
            [call.span, place],
            f"{wrong} is called, and {space.name} runs Gradio {major}, which answers at {right}.",
            confidence=0.9,
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Call {right}, or read api_prefix from the server's /config.",
                edits=edits,
            ),
        )


def _is_gradio(one: Deployable) -> bool:
    return one.shape == "gradio" or (one.entry is not None and one.entry.server == "gradio")


def _major(project: Project, one: Deployable) -> tuple[int, Span]:
    """Return the major version that a Space runs, and what says so; the newest when nothing pins it."""
    if one.front_matter is not None and one.shape == "gradio":
        stated = re.match(r"\d+", str(one.front_matter.keys.get("sdk_version") or ""))
        if stated:
            return int(stated[0]), one.front_matter.at("sdk_version")
    asked = project.requirements(one).find("gradio")
    version = project.requirements(one).locked.get("gradio") or (asked.specifier if asked is not None else "")
    found = re.search(r"(?:^|==|~=)\s*(\d+)", version) or re.search(r"<\s*(\d+)", version)
    place = asked.span if asked is not None else one.manifest or one.told_by[0]
    if found is None:
        return NEWEST, place
    is_below = found[0].startswith("<")
    return int(found[1]) - (1 if is_below else 0), place
