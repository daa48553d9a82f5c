"""FE002: the address of the API stands in the source."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.suffixes import host_of
from modelyard.deploy.code.web.code import Source, WebApp
from modelyard.deploy.code.web.uses import is_address, is_asked, use_of
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.front_ends import platforms_of, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

HOSTS = (".hf.space", ".onrender.com", ".up.railway.app", ".fly.dev", ".koyeb.app", ".herokuapp.com")
READS = {
    "next": "process.env.NEXT_PUBLIC_API_URL",
    "vite": "import.meta.env.VITE_API_URL",
    "cra": "process.env.REACT_APP_API_URL",
}


class FE002(Rule):
    """The address of the API is written in the source.

    **What it does.** Looks, in what the pages import, for addresses of hosts that run APIs (`…hf.space`,
    `…onrender.com` and the like) that are asked directly instead of being the default of a name.

    **Why it matters.** A preview talks to the production API, a renamed Space breaks the pages until someone edits
    the code, and a fork keeps asking your API.

    **How to fix.** Read the address from a name that is set at build time and keep today's address as its default.

    **Limits.** Links that a visitor follows are not requests and are left out.
    """

    kind: Literal["FE002"] = "FE002"
    title: ClassVar[str] = "API address written in the source"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "info"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per host and app."""
        for app in project.web.apps:
            spans: dict[str, list[Span]] = {}
            edits: dict[str, list[Edit]] = {}
            taken = [(read.source, read.start, read.end) for read in project.web.reads if read.app is app]
            for source in sources_of(project, app):
                inside = [(start, end) for of, start, end in taken if of is source]
                for host, span, edit in _written(source, app, inside):
                    spans.setdefault(host, []).append(span)
                    edits.setdefault(host, []).extend(edit)
            for host, found in spans.items():
                yield self.finding(
                    found,
                    f"The API's address {host} is written in the source.",
                    platforms=platforms_of(project, app),
                    fix=Fix(
                        kind="suggested" if edits[host] else "none",
                        text="Read it from a name that is set at build time, with this address as its default.",
                        edits=tuple(edits[host]),
                    ),
                )


def _written(source: Source, app: WebApp, taken: list[tuple[int, int]]) -> Iterator[tuple[str, Span, tuple[Edit, ...]]]:
    """Yield host, place and edit of each address that is asked directly."""
    if not any(host in source.file.text for host in HOSTS):
        return
    for node in source.nodes("string", "template_string"):
        text = source.fold(node) or ""
        start = source.offset(node.start_byte)
        host = host_of(text) if is_address(node) else ""
        if not host.endswith(HOSTS) or any(first <= start < last for first, last in taken):
            continue
        if is_asked(use_of(node)):
            read = READS.get(app.framework) if node.type == "string" else None
            written = source.file.text[start : source.offset(node.end_byte)]
            yield host, source.span(node), (source.edit(node, f"({read} ?? {written})"),) if read else ()
