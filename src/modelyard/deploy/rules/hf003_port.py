"""HF003: a Space's process listens on another port than `app_port`."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted, line_replaced, present
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.deployable import Deployable, Entry
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class HF003(Rule):
    """A Space's process listens on another port than `app_port`.

    **What it does.** Follows CMD and ENTRYPOINT through shells, scripts, variables and `uvicorn.run(port=…)` to the
    port the process binds to, and compares it with the front matter's `app_port`, or with 7860 when it names none.
    A Space with the SDK Gradio runs its `app_file`, and knows no other port than 7860.

    **Why it matters.** Spaces send requests to that one port. When nothing answers there, the Space stays in
    "starting" until the start limit ends it, while its log looks perfectly well.

    **How to fix.** Say the port in the front matter (`app_port: 8000`), or let the process listen on 7860.

    **Limits.** A port that only the environment knows is judged by its default; `PORT` is not set on Spaces.
    """

    kind: Literal["HF003"] = "HF003"
    title: ClassVar[str] = "Port differs from app_port"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_default_port",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what each Space listens on that runs a server of its own."""
        for one in project.on("hf"):
            if one.shape not in ("docker", "gradio") or one.entry is None or one.front_matter is None:
                continue
            expected = _expected(one)
            if expected is None or (one.shape == "gradio" and _tells_spaces_apart(project, one.entry)):
                continue
            if one.entry.port == expected:
                yield self.passed(one.entry.spans[0], f"port {expected}")
            elif one.entry.port is not None or (one.shape == "docker" and _is_unset(one.entry)):
                yield self._finding(one, one.entry, expected)

    def _finding(self, one: Deployable, entry: Entry, expected: int) -> Said:
        if entry.port is not None:
            message = f"The process listens on {entry.port}; the Space sends requests to {expected}."
        else:
            stated = entry.options.get("port") or entry.options.get("bind") or f"${entry.port_from}"
            message = f"The port is written {stated!r}, and nothing sets it on a Space: requests go to {expected}."
        matter = one.front_matter
        is_free = one.shape == "docker"
        spans = [entry.spans[0], *([matter.at("app_port" if is_free else "sdk")] if matter is not None else [])]
        edits = _edits(one, entry)
        return self.finding(
            spans,
            message,
            chain=one.command.chain if one.command is not None else (),
            fix=Fix(
                kind="suggested" if edits else "none",
                text=f"Listen on {expected}: with the SDK Gradio a Space has no other port."
                if not is_free
                else f"Say `app_port: {entry.port}` in the front matter, or listen on {expected}."
                if entry.port is not None
                else f"Listen on {expected}, or give the variable a default in a shell: `${{PORT:-{expected}}}`.",
                edits=edits,
            ),
        )


def _expected(one: Deployable) -> int | None:
    """Return the port that a Space's requests go to; only a Docker Space may say another, None when it says none."""
    stated = one.front_matter.keys.get("app_port") if one.front_matter is not None else None
    if stated is None or one.shape != "docker":
        return int(fact("hf_default_port").value)
    return int(str(stated)) if str(stated).isdecimal() else None


def _tells_spaces_apart(project: Project, entry: Entry) -> bool:
    """Say whether the file that begins to listen asks whether it runs on a Space: there it may listen otherwise."""
    file = project.code.get(entry.spans[0].file)
    return file is not None and re.search(r"\bSPACE_(?:ID|HOST)\b", file.text) is not None


def _is_unset(entry: Entry) -> bool:
    """Say whether the port is a variable that nothing sets: `$PORT` without a default."""
    stated = entry.options.get("port", "") or entry.options.get("bind", "")
    return entry.port is None and re.search(r"\$\{?\w", stated) is not None


def _edits(one: Deployable, entry: Entry) -> tuple[Edit, ...]:
    """Return the edit of `app_port`; none when a script writes the README."""
    matter = one.front_matter
    if matter is None or matter.end == 0 or entry.port is None or one.shape != "docker":
        return ()
    file = matter.placed.file
    if "app_port" in matter.keys:
        return present(line_replaced(file, matter.at("app_port").line, f"app_port: {entry.port}"))
    return (inserted(file, matter.at("sdk").line + 1, f"app_port: {entry.port}"),)
