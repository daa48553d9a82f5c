"""FE007: addresses of a one-page application are not found when they are opened directly."""

import json
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.positions import read_json
from modelyard.deploy.code.web.code import Source, WebApp
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.front_ends import is_on_vercel, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

ROUTERS = re.compile(r"(?:^|\.)(?:createBrowserRouter|createWebHistory|createBrowserHistory)$")
ELEMENTS = ("BrowserRouter",)
PACKAGES = (
    "react-router-dom",
    "react-router",
    "vue-router",
    "wouter",
    "@tanstack/react-router",
    "@reach/router",
    "svelte-routing",
)
CATCH_ALL = re.compile(r"\(\.\*\)|\(\?!|:path\*|:\w+\*|/\.\*|\^?/\(\[\^")


class FE007(Rule):
    """A one-page application has no fallback for its addresses.

    **What it does.** Looks for a Vite application with a router of the browser (`BrowserRouter`,
    `createBrowserRouter`, `createWebHistory`, wouter) that goes to Vercel without a rewrite to `index.html`.

    **Why it matters.** Vercel answers `/settings` with the file of that name, and there is none: opening a link or
    reloading the page gives 404, while clicking from the first page works.

    **How to fix.** Rewrite all addresses to `/index.html` in `vercel.json`; files that exist are still served first.

    **Limits.** Create React App, Vue's and Angular's tools are known to Vercel and get their fallback without it. A
    router that uses `#` needs none.
    """

    kind: Literal["FE007"] = "FE007"
    title: ClassVar[str] = "No fallback for the router's addresses"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per application."""
        for app in project.web.apps:
            if app.framework != "vite" or not is_on_vercel(project, app):
                continue
            routers = [span for source in sources_of(project, app) for span in _routers(source)]
            if not routers:
                continue
            config = next((file for file in app.configs if file.name.startswith("vercel.")), None)
            if config is not None and _rewrites_all(config):
                yield self.passed(config.span(), "All addresses lead to index.html.")
                continue
            yield self.finding(
                routers[0],
                "Only / is found when it is opened directly: nothing rewrites the router's addresses to index.html.",
                confidence=0.92,
                fix=_fix(app, config),
            )


def _routers(source: Source) -> Iterator[Span]:
    """Yield where a router of the browser is made."""
    names = {local for one in source.imports if one.specifier in PACKAGES for local, _ in one.names}
    if not names:
        return
    for call in source.calls:
        is_tanstack = call.name == "createRouter" and "@tanstack" in source.file.text
        is_hashed = "createHashHistory" in source.file.text
        if call.name in names and (ROUTERS.search(call.name) or (is_tanstack and not is_hashed)):
            yield call.span
    for node in source.nodes("jsx_opening_element", "jsx_self_closing_element"):
        name = (node.child_by_field_name("name") or node).text or b""
        if name.decode() in names and _is_router(source, name.decode()):
            yield source.span(node)


def _is_router(source: Source, local: str) -> bool:
    """Say whether a local name is a router of the browser: `BrowserRouter as Router`, wouter's `Route`."""
    for one in source.imports:
        for name, theirs in one.names:
            if name == local:
                return theirs in ELEMENTS or (one.specifier == "wouter" and theirs in ("Route", "Switch", "Router"))
    return False


def _rewrites_all(config: SourceFile) -> bool:
    """Say whether a vercel.json (or .ts) sends every address to index.html."""
    placed = read_json(config) if config.name.endswith(".json") else ""
    if isinstance(placed, str):
        return "index.html" in config.text or "destination: '/'" in config.text.replace('"', "'")
    data = placed.data if isinstance(placed.data, dict) else {}
    for rule in [*_listed(data, "rewrites"), *_listed(data, "routes")]:
        source, target = str(rule.get("source") or rule.get("src")), str(rule.get("destination") or rule.get("dest"))
        if CATCH_ALL.search(source) and (target in ("/", "/index") or target.lstrip("/").startswith("index.html")):
            return True
    return False


def _listed(data: dict[str, object], key: str) -> list[dict[str, object]]:
    found = data.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _fix(app: WebApp, config: SourceFile | None) -> Fix:
    """Return the rewrite, as a new vercel.json or in the one that is there."""
    rewrite = {"source": "/(.*)", "destination": "/index.html"}
    text = "Rewrite all addresses to /index.html in vercel.json."
    if config is None:
        content = json.dumps({"rewrites": [rewrite]}, indent=2) + "\n"
        return Fix(kind="safe", text=text, edits=(Edit(file=app.at("vercel.json"), text=content, creates=True),))
    placed = read_json(config) if config.name.endswith(".json") else ""
    if isinstance(placed, str) or not isinstance(placed.data, dict):
        return Fix(text=text)
    line = json.dumps(rewrite)
    listed = re.search(r"\"rewrites\"\s*:\s*\[", config.text)
    if listed is not None and isinstance(placed.data.get("rewrites"), list):
        end = config.text.find("]", listed.end()) if placed.data["rewrites"] == [] else -1
        if end < 0:
            return Fix(text=f"{text} It must be the last of the rewrites.")
        return Fix(kind="safe", text=text, edits=(Edit(file=config.path, start=end, end=end, text=line),))
    start = config.text.find("{") + 1
    comma = "," if placed.data else ""
    edit = Edit(file=config.path, start=start, end=start, text=f'\n  "rewrites": [{line}]{comma}')
    return Fix(kind="safe", text=text, edits=(edit,))
