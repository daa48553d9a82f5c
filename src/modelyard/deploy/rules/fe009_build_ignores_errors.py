"""FE009: the build goes on in spite of errors."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.web.configuration import is_true, setting
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.front_ends import platforms_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SWITCHES = {
    ("typescript", "ignoreBuildErrors"): "TypeScript errors",
    ("eslint", "ignoreDuringBuilds"): "ESLint errors",
}


class FE009(Rule):
    """The build ignores errors.

    **What it does.** Looks in the Next configuration for `typescript.ignoreBuildErrors` and
    `eslint.ignoreDuringBuilds` set to true.

    **Why it matters.** The build then ships code that the compiler knows to be wrong: a renamed field of the API is
    found by visitors instead of by the build.

    **How to fix.** Set the switch to false, and mend what the build then says.

    **Limits.** Only a literal `true` is seen. From Next 16 on, the build no longer runs ESLint at all.
    """

    kind: Literal["FE009"] = "FE009"
    title: ClassVar[str] = "Build ignores errors"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per switch."""
        for app in project.web.apps:
            source = project.web.source(app.config) if app.framework == "next" and app.config else None
            for path, what in SWITCHES.items() if source else ():
                node = setting(source, *path) if source else None
                if source is None or node is None or not is_true(node):
                    continue
                yield self.finding(
                    source.span(node),
                    f"The build ignores {what} ({'.'.join(path)}).",
                    platforms=platforms_of(project, app),
                    fix=Fix(
                        kind="suggested",
                        text="Set it to false and mend what the build then says.",
                        edits=(source.edit(node, "false"),),
                    ),
                )
