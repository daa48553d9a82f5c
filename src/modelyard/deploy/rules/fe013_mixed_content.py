"""FE013: pages that come over HTTPS ask something without it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.deploy.code.secrets import PUBLIC_NAME
from modelyard.deploy.code.suffixes import host_of, is_local
from modelyard.deploy.code.web.code import Source, WebApp
from modelyard.deploy.code.web.reads import is_for_development
from modelyard.deploy.code.web.syntax import above, text_of
from modelyard.deploy.code.web.uses import is_address, is_asked, use_of
from modelyard.deploy.finding import Edit, Finding, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.front_ends import build_values, page_sources, platforms_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

if TYPE_CHECKING:
    from tree_sitter import Node

PLAIN = re.compile(r"^(?P<scheme>http|ws)://(?P<host>\$\{\}|[^/:?#\"'`\s]+)")
NAMES_ONLY = (
    *("www.w3.org", "schema.org", "json-schema.org", "purl.org", "xmlns.com", "ogp.me", "ns.adobe.com"),
    *("schemas.microsoft.com", "schemas.openxmlformats.org", "www.opengis.net", "example.com", "example.org"),
    *("www.sitemaps.org", "www.google.com", "schemas.xmlsoap.org", "www.inkscape.org", "sodipodi.sourceforge.net"),
)
"""Hosts of namespaces and examples: such an address names something, nothing is asked there."""
PUBLIC_READ = re.compile(r"env\.(?:NEXT_PUBLIC|VITE|REACT_APP)_\w*HOST")
HOST_NAME = re.compile(r"^`ws://\$\{(\w+)\}")
TAGS_WITH_SRC = re.compile(r"^(?:src|poster|action)$")
NUMBERS = re.compile(r"^[\d.]+$|:")


class FE013(Rule):
    """Pages that come over HTTPS ask an address without it.

    **What it does.** Looks for `http://` and `ws://` addresses of other hosts that requests, WebSockets or embedded
    media of live sources use, and for `ws://` put before the page's own host.

    **Why it matters.** Vercel, Spaces and Render hand out pages over HTTPS. Browsers block scripts, requests and
    sockets from such a page to an address without it, so the request is never sent.

    **How to fix.** Use `https://` and `wss://`. A server that only has an IP address needs a name and a certificate
    first, or a platform that gives it both.

    **Limits.** Links are left out (following one is allowed), as are namespaces, addresses of the same machine, and
    addresses that only development takes.
    """

    kind: Literal["FE013"] = "FE013"
    title: ClassVar[str] = "Address without HTTPS"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per host and app, and per host of scripts that a server hands out."""
        for sources, platforms in page_sources(project):
            yield from self._of(sources, platforms)
        for app in project.web.apps:
            yield from self._given(project, app)

    def _given(self, project: Project, app: WebApp) -> Iterator[Finding]:
        """Yield the public names that tracked files give such an address for the build."""
        names = {read.name for read in project.web.reads if read.app is app and PUBLIC_NAME.match(read.name)}
        for name in sorted(names):
            for value, span in build_values(project, app, name):
                found = PLAIN.match(value)
                if found is None or "." not in found["host"] or is_local(found["host"]) or found["host"] in NAMES_ONLY:
                    continue
                yield self.finding(
                    span,
                    f"{name} is {value[:80]}: pages that come over HTTPS may not ask it.",
                    platforms=platforms_of(project, app),
                    fix=Fix(text="Use https:// and wss://; a server with only an IP address needs a name first."),
                )

    def _of(self, sources: list[Source], platforms: tuple[Platform, ...]) -> Iterator[Finding]:
        found: dict[str, list[tuple[Source, Node]]] = {}
        for source in sources:
            for host, node in _asked_plainly(source):
                found.setdefault(host, []).append((source, node))
        for host, places in found.items():
            is_own = any("location.host" in text_of(node) for _, node in places)
            where = host if host != "${}" else "the page's own host" if is_own else "a host that is set for the build"
            can_change = not NUMBERS.search(host)
            yield self.finding(
                [source.span(node) for source, node in places],
                f"A page that comes over HTTPS asks {where} without it: browsers block that.",
                platforms=platforms,
                fix=Fix(
                    kind="suggested" if can_change else "none",
                    text="Use https:// and wss://."
                    if can_change
                    else "Give the server a name and a certificate first.",
                    edits=tuple(_with_tls(source, node) for source, node in places) if can_change else (),
                ),
            )


def _asked_plainly(source: Source) -> "Iterator[tuple[str, Node]]":
    if "http://" not in source.file.text and "ws://" not in source.file.text:
        return
    for node in source.nodes("string", "template_string"):
        text = source.fold(node) or ""
        found = PLAIN.match(text)
        if found is None or not is_address(node):
            continue
        host = found["host"]
        if host == "${}" and not (
            found["scheme"] == "ws" and ("location.host" in text_of(node) or _is_named(source, node))
        ):
            continue
        if host != "${}" and ("." not in host or is_local(host) or host in NAMES_ONLY or host_of(text) == ""):
            continue
        if _is_used(node) and not is_for_development(node) and not _asks_for_scheme(node):
            yield host, node


def _is_named(source: Source, node: "Node") -> bool:
    """Say whether the host is read from a public name of the environment, which never says the scheme."""
    found = HOST_NAME.search(text_of(node))
    value = source.constants.get(found[1]) if found is not None else None
    return PUBLIC_READ.search(text_of(value) if value is not None else text_of(node)) is not None


def _is_used(node: "Node") -> bool:
    use = use_of(node)
    if use.kind == "attribute":
        return TAGS_WITH_SRC.match(use.name) is not None
    return is_asked(use) and "xmlns" not in use.name.lower()


def _asks_for_scheme(node: "Node") -> bool:
    """Say whether a condition above asks which scheme the page itself came by."""
    conditions = [one.child_by_field_name("condition") for one in above(node)]
    return any("protocol" in text_of(one) or "https" in text_of(one) for one in conditions if one is not None)


def _with_tls(source: Source, node: "Node") -> Edit:
    start = source.offset(node.start_byte) + 1
    scheme = "ws" if source.file.text.startswith("ws", start) else "http"
    return Edit(file=source.file.path, start=start, end=start + len(scheme), text=f"{scheme}s")
