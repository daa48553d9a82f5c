"""FE004: all traffic of the API passes through Vercel."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.suffixes import is_local_address
from modelyard.deploy.code.web.code import Source, WebApp
from modelyard.deploy.code.web.configuration import is_exported, setting
from modelyard.deploy.code.web.reads import is_for_development
from modelyard.deploy.code.web.syntax import string_value, text_of
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.front_ends import is_on_vercel
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.vercel import rewrites_to_hosts
from modelyard.deploy.rule import Rule, Said

ELSEWHERE = re.compile(r"^(?:https?://|\$\{\})")


class FE004(Rule):
    """The API's traffic passes through Vercel.

    **What it does.** Looks in the Next configuration and in `vercel.json` for rewrites that lead to another origin.

    **Why it matters.** It makes cookies first-party, which is why people do it. The price: Vercel gives up on an
    answer after a fixed time, so a sleeping API answers with 504 where a direct call would wait; bodies are limited;
    each byte counts against the plan's transfer; streams may be held back.

    **How to fix.** Call the API directly with CORS, or keep the rewrite and wake the API from the browser first.

    **Limits.** Rewrites that only development uses are left out.
    """

    kind: Literal["FE004"] = "FE004"
    title: ClassVar[str] = "Traffic proxied through Vercel"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    facts: ClassVar[tuple[str, ...]] = ("vercel_proxy_seconds", "vercel_body_mb")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per front end."""
        for app in project.web.apps:
            if not is_on_vercel(project, app):
                continue
            spans = [*_of_next(project, app)]
            spans += [span for address, span in rewrites_to_hosts(app) if not is_local_address(address)]
            if spans:
                seconds, megabytes = fact("vercel_proxy_seconds").value, fact("vercel_body_mb").value
                yield self.finding(
                    spans,
                    f"Calls of the API pass through Vercel, which gives up after {seconds} s and limits bodies "
                    f"({megabytes} MB is safe).",
                    confidence=0.85,
                    fix=Fix(text="Call the API directly with CORS, or wake it from the browser before anything else."),
                )


def _of_next(project: Project, app: WebApp) -> Iterator[Span]:
    config = project.web.source(app.config) if app.framework == "next" and app.config is not None else None
    if config is None or is_exported(config) or (node := setting(config, "rewrites")) is None:
        return
    for pair in config.nodes("pair", below=node):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if value is None or (string_value(key) or text_of(key)) != "destination" or is_for_development(pair):
            continue
        if _leads_elsewhere(config, config.fold(value) or text_of(value)):
            yield config.span(pair)


def _leads_elsewhere(config: Source, target: str) -> bool:
    """Say whether a destination is another origin: written, or put together from a name of the environment."""
    if is_local_address(target):
        return False
    return ELSEWHERE.match(target) is not None or "process.env" in target
