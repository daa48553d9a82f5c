"""CO005: an allowed origin is not written as browsers send it."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from modelyard.deploy.finding import Fix, FixKind, Severity
from modelyard.deploy.project.origins import Policy, platforms_of, policies_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ORIGIN = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d+)?$")
BARE_HOST = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$", re.IGNORECASE)


class CO005(Rule):
    """An allowed origin is not written as browsers send it.

    **What it does.** Looks at each entry of the allowed origins for a slash or path at the end, a missing scheme,
    capitals, spaces and quotes.

    **Why it matters.** The entry is compared letter by letter with the `Origin` header, which is scheme, host and
    port and nothing else. `https://app.example.com/` lets nobody in.

    **How to fix.** Write `https://app.example.com`. Where a list is split at commas, strip each part.

    **Limits.** Entries that only the running program knows are not seen; a wildcard inside one is CO002.
    """

    kind: Literal["CO005"] = "CO005"
    title: ClassVar[str] = "Origin malformed"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per entry."""
        for policy in policies_of(project):
            yield from self._of(project, policy)

    def _of(self, project: Project, policy: Policy) -> Iterator[Said]:
        seen: set[str] = set()
        for origin in policy.origins:
            what = fault(origin.text) if policy.framework == "starlette" or "*" not in origin.text else ""
            if not what or origin.text in seen:
                continue
            seen.add(origin.text)
            right = well_formed(origin.text)
            edits = origin.replaced(right) if right else ()
            if origin.set_by is not None and origin.set_by.where == "example":
                continue
            yield self.finding(
                origin.span,
                f"{origin.text!r} never matches an Origin header: {what}.",
                chain=policy.chain,
                platforms=platforms_of(project, policy),
                fix=Fix(
                    kind="safe" if edits else "none",
                    text=f"Write {right}." if right else "Write scheme, host and port only.",
                    edits=edits,
                ),
            )


def fault(origin: str) -> str:
    """Return what is wrong with an origin, in words; `""` for one as browsers send it."""
    if origin in ("*", "null") or "*" in origin or ORIGIN.match(origin):
        return ""
    if origin != origin.strip(" \t\"'"):
        return "it has spaces or quotes around it"
    if "://" not in origin:
        return "it has no scheme" if BARE_HOST.match(origin) else ""
    if origin.endswith("/") and ORIGIN.match(origin.rstrip("/").lower()):
        return "it ends in a slash"
    if ORIGIN.match(origin.lower()):
        return "it has capitals"
    return "it has a path" if urlsplit(origin).path.strip("/") else ""


def well_formed(origin: str) -> str:
    """Return the origin as browsers send it; `""` when that cannot be told."""
    text = origin.strip(" \t\"'")
    parts = urlsplit(text if "://" in text else f"https://{text}")
    right = f"{parts.scheme}://{parts.netloc}".lower()
    return right if ORIGIN.match(right) else ""
