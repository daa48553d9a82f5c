"""VC001: a function asks for more time than the plan gives."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.positions import read_json
from modelyard.deploy.code.web.syntax import text_of
from modelyard.deploy.code.web.uses import number
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Finding, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.front_ends import is_on_vercel, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

NUMBER = re.compile(r"\"maxDuration\"\s*:\s*(?P<number>\d+)")


class VC001(Rule):
    """`maxDuration` is above what the Hobby plan gives.

    **What it does.** Reads `export const maxDuration` of pages and route handlers, and `functions.*.maxDuration` of
    `vercel.json`, and compares them with the limit of the Hobby plan.

    **Why it matters.** Vercel refuses a deployment that asks for more, or cuts the function at the limit.

    **How to fix.** Lower it to the limit, and let what takes longer run elsewhere: on the API, or as a job.

    **Limits.** A value that comes from a name of the environment is not known.
    """

    kind: Literal["VC001"] = "VC001"
    title: ClassVar[str] = "maxDuration above the plan"
    group: ClassVar[str] = "Vercel"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    fix_kind: ClassVar[FixKind] = "safe"
    facts: ClassVar[tuple[str, ...]] = ("vercel_function_seconds",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per place."""
        limit = int(fact("vercel_function_seconds").value)
        for app in project.web.apps:
            if app.framework != "next" or not is_on_vercel(project, app):
                continue
            for source in sources_of(project, app):
                for node in source.nodes("variable_declarator") if "maxDuration" in source.file.text else ():
                    value = node.child_by_field_name("value")
                    seconds = number(source, value)
                    if text_of(node.child_by_field_name("name")) != "maxDuration" or value is None:
                        continue
                    if seconds is not None and seconds > limit:
                        yield self._above(source.span(node), seconds, limit, source.edit(value, str(limit)))
        for one in project.on("vercel"):
            yield from self._in_settings(project, one.manifest, limit)

    def _in_settings(self, project: Project, manifest: Span | None, limit: int) -> Iterator[Finding]:
        file = project.code.get(manifest.file) if manifest and manifest.file.endswith("vercel.json") else None
        if file is None or isinstance(read_json(file), str):
            return
        for found in NUMBER.finditer(file.text):
            if int(found["number"]) > limit:
                start, end = found.span("number")
                edit = Edit(file=file.path, start=start, end=end, text=str(limit))
                yield self._above(file.span(file.line_at(start)), int(found["number"]), limit, edit)

    def _above(self, span: Span, seconds: float, limit: int, edit: Edit) -> Finding:
        return self.finding(
            span,
            f"maxDuration asks for {seconds:g} s; the Hobby plan gives {limit} s.",
            fix=Fix(kind="safe", text=f"Lower it to {limit}.", edits=(edit,)),
        )
