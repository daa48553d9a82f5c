"""FE012: a placeholder was never replaced."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.suffixes import host_of
from modelyard.deploy.code.web.code import WebApp
from modelyard.deploy.code.web.syntax import text_of
from modelyard.deploy.code.web.uses import is_address, is_asked, use_of
from modelyard.deploy.finding import Finding, Fix, Platform, Severity, Span
from modelyard.deploy.project.front_ends import BUILD_FILES, LINE, platforms_of, sources_of
from modelyard.deploy.project.origins import platforms_of as platforms_of_policy
from modelyard.deploy.project.origins import policies_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

HOST = re.compile(
    r"(?:^|[.-])your(?:[-_][\w-]+|app|api|domain|site|space|backend|frontend|project|company|name|user|username|host|server"
    r"|org|website)(?:[.-]|$)|^(?:username|user-name|user-space|owner-space|example|my-space|space-name|placeholder|xxx+)(?:-[\w-]+)?"
    r"\.(?:hf\.space|vercel\.app|onrender\.com|netlify\.app|railway\.app)$|(?:^|\.)example\.(?:com|org|net)$"
)
VALUE = re.compile(
    r"^(?:<[\w -]+>|\[[\w -]+\]|your[-_ ][\w -]+|YOUR_[A-Z_]+|change[-_]?me(?:[-_].*)?|replace[-_ ]?(?:me|this|with).*"
    r"|xxx+)$",
    re.IGNORECASE,
)
SPEAKS = re.compile(r"your|example\.|username|user-|owner-|my-space|space-name|placeholder|xxx", re.IGNORECASE)
DESTINATION = re.compile(r'"(?:destination|dest)"\s*:\s*"(?P<address>https?://[^"]+)"')
STAND_IN = r"(?:<[\w -]+>|your[-_][\w-]+|(?:hf[-_])?user[-_]?name|(?:space|repo)[-_]name)"
SPACE = re.compile(
    rf"(?:huggingface\.co|hf\.co)/spaces/(?P<id>(?:{STAND_IN}|owner)/[\w<>-]+|[\w-]+/{STAND_IN}(?![\w-]))",
    re.IGNORECASE,
)
ACTIVE = ("render", "vercel", "dockerfile")
OWN_ADDRESS = ("url", "siteUrl", "site")


class FE012(Rule):
    """A placeholder was shipped.

    **What it does.** Looks for values that were to be replaced (`https://your-space.hf.space`, `YOUR_PROJECT`,
    `changeme`, `example.com`) in what is active: addresses that pages ask, tracked `.env.production`, `vercel.json`,
    `render.yaml`, the Dockerfile, the Space that a workflow pushes to, and the origins that the API lets in.

    **Why it matters.** It was copied from a guide and looks finished. Requests go to a stranger's host, or to none.

    **How to fix.** Write the real value, or read it from a name of the environment.

    **Limits.** Documents, examples (`.env.example`), texts that people read and comments are left out. The address of
    the site itself in a Docusaurus configuration is only a warning.
    """

    kind: Literal["FE012"] = "FE012"
    title: ClassVar[str] = "Placeholder shipped"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per value and place."""
        for app in project.web.apps:
            yield from self._in_app(project, app)
        seen: set[str] = set()
        for one in project.names.sets:
            if one.where in ACTIVE and one.value and is_placeholder(one.value) and one.span.place not in seen:
                seen.add(one.span.place)
                platforms: tuple[Platform, ...] = ("render",) if one.where == "render" else ("vercel",)
                yield self._says(
                    one.span, f"{one.name} is set to", one.value, platforms if one.where != "dockerfile" else None
                )
        yield from self._in_manifests(project)
        for policy in policies_of(project):
            for origin in policy.origins:
                if origin.set_by is None and HOST.search(host_of(origin.text)) and origin.span.place not in seen:
                    seen.add(origin.span.place)
                    yield self._says(origin.span, "The API lets in", origin.text, platforms_of_policy(project, policy))

    def _in_manifests(self, project: Project) -> Iterator[Finding]:
        """Yield where `vercel.json` sends requests, and which Space a workflow pushes to."""
        for file in project.code.named("vercel.json"):
            for number, line in enumerate(file.lines, 1):
                found = DESTINATION.search(line)
                if found is not None and HOST.search(host_of(found["address"].lower())):
                    yield self._says(file.span(number), "Requests go to", found["address"], ("vercel",))
        for file in project.code.under(".github/workflows"):
            for number, line in enumerate(file.lines, 1):
                if (found := SPACE.search(line)) is not None and not line.lstrip().startswith("#"):
                    yield self._says(file.span(number), "The workflow pushes to", found["id"], ("hf",))

    def _in_app(self, project: Project, app: WebApp) -> Iterator[Finding]:
        platforms = platforms_of(project, app)
        for source in sources_of(project, app, with_config=True):
            is_config = source.file in app.configs
            if not SPEAKS.search(source.file.text):
                continue
            for node in source.nodes("string", "template_string"):
                if not is_address(node) or not HOST.search(host_of((source.fold(node) or "").replace("${}", "x"))):
                    continue
                use = use_of(node)
                is_own = is_config and use.name in OWN_ADDRESS
                if is_own or is_asked(use) or (is_config and use.name == "destination"):
                    said = "The site's own address is" if is_own else "Requests go to"
                    yield self._says(
                        source.span(node), said, text_of(node)[1:-1], platforms, "warning" if is_own else None
                    )
        for name in BUILD_FILES:
            file = project.code.get(app.at(name))
            for number, line in enumerate(file.lines if file is not None and file.is_tracked else (), 1):
                found = LINE.match(line)
                value = found["value"].strip("\"'") if found else ""
                if file is not None and found and is_placeholder(value):
                    yield self._says(file.span(number), f"{found['name']} is set to", value, platforms)

    def _says(
        self,
        span: Span,
        said: str,
        value: str,
        platforms: tuple[Platform, ...] | None,
        severity: Severity | None = None,
    ) -> Finding:
        return self.finding(
            span,
            f"{said} {value[:80]}, which was to be replaced.",
            severity=severity,
            confidence=0.93,
            platforms=platforms,
            fix=Fix(text="Write the real value.", by_person=(f"Replace {value[:80]} in {span.file}.",)),
        )


def is_placeholder(value: str) -> bool:
    """Say whether the value of a name was to be replaced: a stand-in as a whole, or an address of one."""
    if "://" in value:
        return HOST.search(host_of(value)) is not None
    return VALUE.match(value) is not None
