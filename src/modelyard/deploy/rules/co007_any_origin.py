"""CO007: any origin may call the API."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.origins import platforms_of, policies_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class CO007(Rule):
    """Any origin may call the API, without credentials.

    **What it does.** Looks for CORS settings that let in `*` and do not allow credentials.

    **Why it matters.** Any site can use the API from its visitors' browsers. That is right for a public API and
    costs quota and money for one that is meant for one front end.

    **How to fix.** List the origins if the API is not public.

    **Limits.** Whether the API is meant to be public only its owner knows: this is for information.
    """

    kind: Literal["CO007"] = "CO007"
    title: ClassVar[str] = "Any origin, without credentials"
    group: ClassVar[str] = "Origins"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "info"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per policy."""
        for policy in policies_of(project):
            every = policy.allows_all
            if every is not None and policy.credentials is False and every.set_by is None:
                yield self.finding(
                    every.span,
                    "Any origin may call the API.",
                    chain=policy.chain,
                    platforms=platforms_of(project, policy),
                    fix=Fix(text="List the origins if the API is meant for one front end."),
                )
