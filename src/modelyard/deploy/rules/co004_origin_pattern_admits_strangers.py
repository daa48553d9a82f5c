"""CO004: the pattern of allowed origins admits strangers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.origin_patterns import Admitted, admitted
from modelyard.deploy.finding import Fix, FixKind, Severity
from modelyard.deploy.project.origin_tests import open_tests
from modelyard.deploy.project.origins import Origin, Policy, platforms_of, policies_of, vercel_project
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class CO004(Rule):
    """The pattern of allowed origins admits strangers.

    **What it does.** Compiles `allow_origin_regex` as the middleware does and tries origins on it that belong to
    somebody else: another project of the same platform, a domain that only ends like yours, one in which an
    unescaped dot stands for another letter. The same for what a program tests itself in what it writes into
    `Access-Control-Allow-Origin`: `origin.endswith("vercel.app")`, `"vercel.app" in origin`.

    **Why it matters.** `https://.*\\.vercel\\.app` admits every customer of Vercel. With credentials allowed, a page
    that anybody can publish in a minute calls your API as your signed-in visitors.

    **How to fix.** Anchor the pattern to project and team: `https://PROJECT(-[a-z0-9-]+)?-TEAM\\.vercel\\.app`. The
    fix, where the code base names its production address, admits just that.

    **Limits.** A pattern that begins with your project's name but does not name the team is a warning: somebody would
    have to name a project after yours.
    """

    kind: Literal["CO004"] = "CO004"
    title: ClassVar[str] = "Origin pattern admits strangers"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "critical"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per pattern, and one per test that the program makes itself."""
        for one in open_tests(project):
            yield self.finding(
                one.span,
                f"This test admits {one.whose}, such as {one.origin}.",
                confidence=0.9,
                chain=project.python.chain(one.module, one.node),
                platforms=project.platforms_of(one.module.file.path),
                fix=Fix(text="Compare the whole origin with a list, or match an anchored pattern of project and team."),
            )
        for policy in policies_of(project):
            for pattern in policy.patterns:
                found = admitted(pattern.text)
                if isinstance(found, str):
                    yield self.skipped(f"{pattern.span.place}: {found}")
                elif found is None:
                    yield self.passed(pattern.span, f"{pattern.text} admits no stranger that was tried.")
                else:
                    yield self._admits(project, policy, pattern, found)

    def _admits(self, project: Project, policy: Policy, pattern: Origin, found: Admitted) -> Said:
        named = vercel_project(project)
        anchored = rf"https://{named[0]}\.vercel\.app" if named else ""
        with_credentials = " with credentials" if policy.credentials else ""
        return self.finding(
            list(dict.fromkeys([pattern.span, policy.call.span])),
            f"{pattern.text} admits {found.whose}, such as {found.origin}{with_credentials}.",
            severity="warning" if found.is_namesake else None,
            confidence=0.75 if found.is_namesake else 0.97,
            chain=policy.chain,
            platforms=platforms_of(project, policy),
            fix=Fix(
                kind="suggested" if anchored and pattern.edits else "none",
                text=rf"Anchor it to project and team: https://{named[0] if named else 'PROJECT'}"
                r"(-[a-z0-9-]+)?-TEAM\.vercel\.app.",
                edits=pattern.replaced(anchored) if anchored else (),
                by_person=("If previews are to call the API, extend the pattern by your team's name.",),
            ),
        )
