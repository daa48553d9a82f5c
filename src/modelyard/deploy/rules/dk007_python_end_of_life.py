"""DK007: the Python that runs is past its end, or near it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.images import merged
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

NEAR = timedelta(days=60)
NEWER = "3.12"
OF_IMAGE = re.compile(r"(?:^|/)python:(\d+\.\d+)")


class DK007(Rule):
    """The Python that runs is past its end, or near it.

    **What it does.** Reads the version of Python that each service runs on: the base image, `runtime.txt`,
    `.python-version`, `python_version` of a Space, `PYTHON_VERSION` on Render.

    **Why it matters.** After its end a version gets no security fixes, and new releases of packages stop installing on
    it.

    **How to fix.** Take a version that is supported for years, and run the tests on it.

    **Limits.** A version that only `requires-python` bounds from below is not judged.
    """

    kind: Literal["DK007"] = "DK007"
    title: ClassVar[str] = "Python past its end of life"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("python_end_of_life",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the version of each Python service."""
        ends = {version: date.fromisoformat(day) for version, day in fact("python_end_of_life").value.items()}
        today = datetime.now(UTC).date()
        for one, platforms in merged(project.on("hf", "render")):
            stated = _stated(project.code, one)
            if stated is None:
                continue
            version, span = stated
            end = ends.get(version) or (date.min if version.startswith("2.") else None)
            if end is None or end - today > NEAR:
                yield self.passed(span, f"Python {version} is supported until {end or 'later than is known'}")
                continue
            when = "has had no fixes for long" if end == date.min else f"{'ended' if end <= today else 'ends'} on {end}"
            file = project.code.get(span.file)
            edits = present(replaced(file, span.line, version, NEWER)) if file is not None else ()
            yield self.finding(
                span,
                f"Python {version} {when}.",
                platforms=platforms,
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text=f"Move to Python {NEWER} or newer, and run the tests on it.",
                    edits=edits,
                ),
            )


def _stated(code: CodeBase, one: Deployable) -> tuple[str, Span] | None:
    """Return the version, as `3.11`, and where it is said."""
    if one.dockerfile is not None:
        stage = one.dockerfile.last
        while stage.before is not None:
            stage = stage.before
        found = OF_IMAGE.search(stage.base)
        return (found[1], stage.span) if found else None
    matter = one.front_matter
    if matter is not None and (version := _version(str(matter.keys.get("python_version") or ""))):
        return version, matter.at("python_version")
    told = dict(one.environment).get("PYTHON_VERSION")
    if told and one.manifest is not None and (version := _version(told)):
        return version, one.manifest
    prefix = f"{one.root}/" if one.root else ""
    for name in ("runtime.txt", ".python-version"):
        file = code.get(f"{prefix}{name}")
        if file is not None and one.shape == "python" and (version := _version(file.text)):
            return version, file.span()
    return None


def _version(text: str) -> str | None:
    found = re.search(r"\b(\d+\.\d+)", text)
    return found[1] if found else None
