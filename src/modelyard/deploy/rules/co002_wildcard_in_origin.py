"""CO002: a wildcard stands inside an origin."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.suffixes import host_of
from modelyard.deploy.finding import Fix, FixKind, Severity
from modelyard.deploy.project.origins import Origin, Policy, platforms_of, policies_of, vercel_project
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class CO002(Rule):
    """A wildcard stands inside an allowed origin.

    **What it does.** Looks for a `*` that is only a part of an entry of `allow_origins` (for Socket.IO,
    `cors_allowed_origins`), such as `https://*.vercel.app`, in the code and in the values that manifests and examples
    set.

    **Why it matters.** Entries are compared as whole texts: only the lone `*` has a meaning. `https://*.vercel.app`
    lets nobody in, and each preflight is answered with 400.

    **How to fix.** Name the production origin. For previews add `allow_origin_regex`, anchored to your project and
    team: `https://PROJECT(-[a-z0-9-]+)?-TEAM\\.vercel\\.app`. Never admit all of `vercel.app`: every customer lives
    there.

    **Limits.** Origins that only the running program knows are not seen. An entry beside a lone `*` is left alone:
    that one lets everybody in (CO003, CO007).
    """

    kind: Literal["CO002"] = "CO002"
    title: ClassVar[str] = "Wildcard inside an origin"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per entry."""
        for policy in policies_of(project):
            seen: set[str] = set()
            for origin in policy.origins:
                if "*" not in origin.text or origin.text == "*" or origin.text in seen:
                    continue
                seen.add(origin.text)
                if _is_idle(policy, origin):
                    continue
                production = _production(project, origin)
                yield self.finding(
                    [origin.span, policy.call.span] if origin.span != policy.call.span else origin.span,
                    f"{origin.text} never matches: a wildcard inside an origin is taken literally.",
                    chain=policy.chain,
                    platforms=platforms_of(project, policy),
                    fix=Fix(
                        kind="suggested" if production and origin.edits else "none",
                        text="Name the production origin, and admit previews by an anchored allow_origin_regex: "
                        r"https://PROJECT(-[a-z0-9-]+)?-TEAM\.vercel\.app.",
                        edits=origin.replaced(production) if production else (),
                        by_person=("Decide whether previews may call the API, and give their pattern if so.",),
                    ),
                )


def _is_idle(policy: Policy, origin: Origin) -> bool:
    """Say whether an entry stands beside a lone `*`, which lets everybody in whatever else is listed."""
    alone = policy.allows_all
    return alone is not None and policy.framework != "socketio" and alone.span.file == origin.span.file


def _production(project: Project, origin: Origin) -> str:
    """Return the production origin that a wildcard was meant for, when the code base names it elsewhere."""
    named = vercel_project(project)
    is_vercel = host_of(origin.text.replace("*", "x")).endswith(".vercel.app")
    return f"https://{named[0]}.vercel.app" if named and is_vercel else ""
