"""CO003: any origin may call with a visitor's credentials."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.front_ends import sources_of
from modelyard.deploy.project.headers_by_hand import open_headers
from modelyard.deploy.project.node_origins import open_with_credentials
from modelyard.deploy.project.origins import Policy, platforms_of, policies_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SENT = ("credentials", "withCredentials")


class CO003(Rule):
    """`*` stands together with credentials.

    **What it does.** Looks for CORS settings that let in `*` and allow credentials, in the code or by a value that a
    manifest or an example sets. And for headers that a program writes itself: `*`, or whatever origin asks, beside
    `Access-Control-Allow-Credentials: true`. In Node back ends, for `cors` with `origin: true` or a function that says
    yes to everything.

    **Why it matters.** The middleware then answers every origin with its own name and allows credentials, so any
    site a signed-in visitor opens can call the API as that visitor.

    **How to fix.** List the origins. Where no cookie is used (a bearer token is sent in a header), switch credentials
    off instead: the fix does that when neither the API sets cookies nor the pages send them.

    **Limits.** Behind a proxy that sets these headers itself the settings here do not decide.
    """

    kind: Literal["CO003"] = "CO003"
    title: ClassVar[str] = "Any origin, with credentials"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per policy, and one per place that writes such headers itself."""
        for one in open_headers(project):
            said = (
                "* stands beside credentials: no browser lets a page read such an answer."
                if one.is_any
                else "Any site may call the API with a visitor's credentials: the origin that asks is let in."
            )
            yield self.finding(
                one.span,
                said,
                confidence=0.85,
                chain=project.python.chain(one.module, one.node),
                platforms=project.platforms_of(one.module.file.path),
                fix=Fix(text="Use CORSMiddleware with a list of origins.", by_person=("Name the origins.",)),
            )
        for span, platforms in open_with_credentials(project):
            yield self.finding(
                span,
                "Any site may call the API with a visitor's credentials: the origin that asks is let in.",
                confidence=0.85,
                platforms=platforms,
                fix=Fix(text="Give `origin` a list.", by_person=("Name the origins that may call the API.",)),
            )
        for policy in policies_of(project):
            every = policy.allows_all
            if every is None or policy.credentials is not True:
                continue
            edits = _off(project, policy)
            where = f" ({every.set_by.name} in {every.set_by.span.file})" if every.set_by else ""
            spans = [
                every.span,
                *([policy.call.module.span(policy.credentials_node)] if policy.credentials_node else []),
            ]
            yield self.finding(
                list(dict.fromkeys(spans)),
                f"Any site may call the API with a visitor's credentials: * is let in{where}, credentials are allowed.",
                chain=policy.chain,
                platforms=platforms_of(project, policy),
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text="Nothing here needs credentials: switch them off." if edits else "List the origins.",
                    edits=edits,
                    by_person=("Name the origins that may call the API.",),
                ),
            )


def _off(project: Project, policy: Policy) -> tuple[Edit, ...]:
    """Return the edit that switches credentials off, if nothing uses them."""
    node = policy.credentials_node
    sends = any(
        any(word in source.file.text for word in SENT)
        for app in project.web.apps
        for source in sources_of(project, app)
    )
    sets = any(True for _ in project.python.calls(".set_cookie"))
    if node is None or sends or sets or policy.call.module.source(node) != "True":
        return ()
    start, end = policy.call.module.extent(node)
    return (Edit(file=policy.call.module.file.path, start=start, end=end, text="False"),)
