"""FE001: a front end falls back on an API that runs on the visitor's own machine."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.secrets import PUBLIC_NAME
from modelyard.deploy.code.suffixes import is_local_address
from modelyard.deploy.code.web.code import Source, WebApp, WebRead
from modelyard.deploy.code.web.reads import is_for_development
from modelyard.deploy.code.web.syntax import text_of
from modelyard.deploy.code.web.uses import Use, is_address, is_asked, use_of
from modelyard.deploy.finding import Edit, Finding, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.front_ends import build_values, platforms_of, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.vercel import rewrites_to_hosts
from modelyard.deploy.rule import Rule, Said

SET_BY_VERCEL = re.compile(r"^(?:NEXT_PUBLIC_|VITE_)?VERCEL_")
OWN_ADDRESS = re.compile(r":(?:3000|3001|5173|4173|4321)\b")
LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|192\.168\.|://10\.")
OF_VISITORS = re.compile(r":(?:11434|1234)\b")
"""Ports of Ollama and LM Studio, which pages ask on the visitor's own machine on purpose."""
OF_THE_API = re.compile(r"API|BACKEND|SERVER|SOCKET|_WS|GATEWAY|SERVICE", re.IGNORECASE)
FOR_DEVELOPERS = re.compile(r"(?:^|[._])(?:local|dev)|(?:Local|Dev)(?:[A-Z]|$)|_(?:LOCAL|DEV)(?:_|$)|target")


class FE001(Rule):
    """A public address of the API defaults to localhost.

    **What it does.** Looks, in what the pages really import, for names that are set at build time
    (`NEXT_PUBLIC_…`, `VITE_…`, `REACT_APP_…`, `customFields`) and fall back on an address of the same machine by
    `??`, `||`, a ternary or a later `return`, and for such an address that is simply written where a request goes, also
    where `vercel.json` hands requests on.

    **Why it matters.** The pages run in the browser of a visitor: there `localhost` is the visitor's own computer.
    When the name was forgotten, or set for Production but not for Preview, everything builds and nothing answers.

    **How to fix.** Set the name for Production and Preview, and let the build fail when it is not set. The fix keeps
    the fallback for development and throws in production.

    **Limits.** A fallback that stands under a question for development (`NODE_ENV`, `import.meta.env.DEV`, the host
    name) is right, and so is a name that a tracked `.env.production`, `vercel.json` or the Dockerfile sets. The
    address of the site itself (port 3000, 5173) is only a warning.
    """

    kind: Literal["FE001"] = "FE001"
    title: ClassVar[str] = "API address defaults to localhost"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per name, and one per address that is written without a name."""
        for app in project.web.apps:
            reads: dict[str, list[WebRead]] = {}
            for read in project.web.reads:
                if read.app is app:
                    reads.setdefault(read.name, []).append(read)
            for name, of_name in reads.items():
                yield from self._of_name(project, app, name, of_name)
            yield from self._written(project, app, [read for of_name in reads.values() for read in of_name])
        yield from self._handed_out(project)

    def _of_name(self, project: Project, app: WebApp, name: str, reads: list[WebRead]) -> Iterator[Said]:
        local = [read for read in reads if is_local_address(read.default or "") and not read.is_guarded]
        if SET_BY_VERCEL.match(name):
            return
        given = [(value, span) for value, span in build_values(project, app, name) if value]
        if given and all(is_local_address(value) for value, _ in given) and OF_THE_API.search(name):
            yield self._set_so(project, app, name, given)
            return
        if not local:
            if OF_THE_API.search(name) and name.isupper():
                yield self.passed(reads[0].span, f"{name} does not fall back on localhost in production.")
            return
        if given and not any(is_local_address(value) for value, _ in given):
            yield self.passed(given[0][1], f"{name} is set for the build.")
            return
        default = str(local[0].default)
        is_own = OWN_ADDRESS.search(default) is not None and not OF_THE_API.search(name)
        yield self.finding(
            [read.span for read in local],
            f"{name} falls back on {default}, which in production is the site itself only on a developer's computer."
            if is_own
            else f"{name} falls back on {default}: {_whose(app, name, local)}.",
            severity="warning" if is_own else None,
            confidence=0.75 if is_own else 0.95,
            platforms=platforms_of(project, app),
            fix=Fix(
                kind="suggested",
                text=f"Set {name} for Production and Preview, and let the build fail while it is not set.",
                edits=tuple(_throwing(app, read) for read in local),
                by_person=(f"Set {name} to the public address of the API where the front end is built.",),
            ),
        )

    def _set_so(self, project: Project, app: WebApp, name: str, given: list[tuple[str, Span]]) -> Finding:
        """Say that what the build is given is itself such an address."""
        return self.finding(
            [span for _, span in given],
            f"{name} is set to {given[0][0]} for the build: in a visitor's browser that is the visitor's own machine.",
            confidence=0.9,
            platforms=platforms_of(project, app),
            fix=Fix(
                text=f"Take {name} out of the tracked file and set it for Production and Preview.",
                by_person=(f"Set {name} to the public address of the API where the front end is built.",),
            ),
        )

    def _written(self, project: Project, app: WebApp, reads: list[WebRead]) -> Iterator[Finding]:
        found: dict[str, list[Span]] = {}
        for source in sources_of(project, app, with_config=True):
            is_config = source.file in app.configs
            taken = [(read.start, read.end) for read in reads if read.source is source]
            for address, span in _addresses(source, taken, is_config=is_config):
                found.setdefault(address, []).append(span)
        for address, span in rewrites_to_hosts(app):
            if is_local_address(address):
                found.setdefault(address, []).append(span)
        yield from self._fixed(found, platforms_of(project, app), public_name(app))

    def _handed_out(self, project: Project) -> Iterator[Finding]:
        """Yield what scripts and pages ask that a server hands out as they stand."""
        platforms = tuple(dict.fromkeys(one.platform for one in project.on("hf", "render")))
        found: dict[str, list[Span]] = {}
        for source in project.web.loose if platforms else ():
            for address, span in _addresses(source, [], is_config=False):
                found.setdefault(address, []).append(span)
        yield from self._fixed(found, platforms, "")

    def _fixed(self, found: dict[str, list[Span]], platforms: tuple[Platform, ...], name: str) -> Iterator[Finding]:
        for address, spans in found.items():
            yield self.finding(
                spans,
                f"Requests go to {address}, which from a visitor's browser is the visitor's own machine or network.",
                confidence=0.9,
                platforms=platforms,
                fix=Fix(
                    text=f"Read the address from a name that is set at build time, such as {name}."
                    if name
                    else "Ask an address of the same server, without its host: /api/…"
                ),
            )


def _whose(app: WebApp, name: str, local: list[WebRead]) -> str:
    """Return whose machine a local address is: of the host, where only the configuration of Next hands requests on."""
    is_of_server = app.framework == "next" and PUBLIC_NAME.match(name) is None
    if is_of_server and all(read.source is not None and read.source.file in app.configs for read in local):
        return "where the pages are served that is the host's own machine, and nothing answers there"
    return "in a visitor's browser that is the visitor's own machine"


def _addresses(source: Source, taken: list[tuple[int, int]], *, is_config: bool) -> Iterator[tuple[str, Span]]:
    """Yield the local addresses that a source asks in production, those of named reads left out."""
    if not LOCAL.search(source.file.text):
        return
    for node in source.nodes("string", "template_string"):
        text = source.fold(node) or ""
        start = source.offset(node.start_byte)
        if (
            not is_local_address(text)
            or OF_VISITORS.search(text)
            or not is_address(node)
            or any(first <= start < last for first, last in taken)
        ):
            continue
        use = use_of(node)
        if use.kind == "argument" and use.name.endswith(".default"):
            use = use_of(use.node)
        is_target = use.name == "destination" if is_config else is_asked(use) and not FOR_DEVELOPERS.search(use.name)
        if is_target and not is_for_development(node) and not _is_set_later(source, use):
            yield text, source.span(node)


def _is_set_later(source: Source, use: Use) -> bool:
    """Say whether a variable is only given its first value here, and another one by the code."""
    if use.node.type != "variable_declarator":
        return False
    return any(
        text_of(node.child_by_field_name("left")) == use.name and node.id != use.node.id
        for node in source.nodes("assignment_expression")
    )


def public_name(app: WebApp) -> str:
    """Return a name that the framework of an app hands to the browser."""
    names = {"next": "NEXT_PUBLIC_API_URL", "vite": "VITE_API_URL", "cra": "REACT_APP_API_URL"}
    return names.get(app.framework, "API_URL (through customFields)" if app.framework == "docusaurus" else "API_URL")


def _throwing(app: WebApp, read: WebRead) -> Edit:
    """Return the edit that keeps the default for development and throws in production."""
    file = read.source.file if read.source else None
    text = file.text[read.default_start : read.default_end] if file else ""
    is_config = file is not None and file in app.configs
    asks = (
        "import.meta.env.PROD" if app.framework == "vite" and not is_config else "process.env.NODE_ENV === 'production'"
    )
    throws = f"(() => {{ throw new Error('{read.name} is not set.'); }})()"
    return Edit(
        file=read.span.file, start=read.default_start, end=read.default_end, text=f"({asks} ? {throws} : {text})"
    )
