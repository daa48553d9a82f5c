"""FE006: a static export is asked for, and code needs a server."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.deploy.code.web.code import Source, WebApp
from modelyard.deploy.code.web.configuration import is_exported, is_true, setting
from modelyard.deploy.code.web.syntax import string_value, text_of
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity, Span
from modelyard.deploy.project.front_ends import platforms_of, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

if TYPE_CHECKING:
    from tree_sitter import Node

ROUTE = re.compile(r"(?:^|/)app/(?:.*/)?route\.[jt]sx?$")
PAGE = re.compile(r"(?:^|/)app/(?P<path>.*/)?page\.[jt]sx?$")
API = re.compile(r"(?:^|/)pages/api/")
MIDDLEWARE = re.compile(r"^(?:src/)?(?:middleware|proxy)\.[jt]s$")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
OF_REQUESTS = ("cookies", "headers", "draftMode")
OF_CONFIG = ("rewrites", "redirects", "headers")
Found = tuple[str, Span]


class FE006(Rule):
    """A static export is asked for, and code needs a server.

    **What it does.** Where the Next configuration says `output: 'export'`, looks for what such a build refuses or
    drops: middleware, route handlers that answer requests, `cookies()` and `headers()`, server actions,
    `getServerSideProps`, `revalidate`, rewrites, the image optimiser, and dynamic pages without
    `generateStaticParams`.

    **Why it matters.** Most of these stop the build. Rewrites and redirects are worse: the build only warns, and the
    published pages do without them.

    **How to fix.** Move what needs a server to the API, give dynamic pages their parameters, and set
    `images.unoptimized`, which the fix does.

    **Limits.** A page whose parameters are given in a layout above it is right.
    """

    kind: Literal["FE006"] = "FE006"
    title: ClassVar[str] = "Static export cannot do this"
    group: ClassVar[str] = "Front ends"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per kind of thing that a static export cannot do."""
        for app in project.web.apps:
            config = project.web.source(app.config) if app.framework == "next" and app.config else None
            if config is None or not is_exported(config):
                continue
            output = setting(config, "output")
            kinds: dict[str, list[Span]] = {}
            for source in sources_of(project, app):
                for what, span in (*_in_source(project, app, source), *_images(config, source)):
                    kinds.setdefault(what, []).append(span)
            for name in OF_CONFIG:
                if (node := setting(config, name)) is not None:
                    kinds.setdefault(f"{name} of the configuration", []).append(config.span(node))
            for what, spans in kinds.items():
                edits = (_unoptimised(config, output),) if what == IMAGES and output is not None else ()
                yield self.finding(
                    spans,
                    f"output: 'export' makes files only, which cannot do this: {what}.",
                    confidence=0.92,
                    chain=(config.span(output).place,) if output is not None else (),
                    platforms=platforms_of(project, app),
                    fix=Fix(
                        kind="suggested" if edits else "none",
                        text="Set images.unoptimized." if edits else "Move it to the API, or do without the export.",
                        edits=edits,
                    ),
                )


IMAGES = "the image optimiser of next/image"


def _in_source(project: Project, app: WebApp, source: Source) -> Iterator[Found]:
    """Yield what one live source needs a server for."""
    inside = app.inside(source.file.path)
    if MIDDLEWARE.match(inside):
        yield "middleware", source.file.span()
    elif API.search(inside):
        yield "API routes", source.file.span()
    elif ROUTE.search(inside):
        yield from _in_route(source)
    if "pages/" in inside and (made := source.export("getServerSideProps")) is not None:
        yield "getServerSideProps", source.span(made)
    yield from _on_request(source)
    if "use server" in source.file.text and (action := _action(source)) is not None:
        yield "server actions", source.span(action)
    page = PAGE.search(inside)
    if page and re.search(r"\[[^\]]+\]", page["path"] or "") and not _has_params(project, app, source):
        yield "a dynamic page without generateStaticParams", source.file.span()


def _in_route(source: Source) -> Iterator[Found]:
    for method in WRITES:
        if (written := source.export(method)) is not None:
            yield "route handlers that answer requests", source.span(written)
            return
    handler = source.export("GET")
    parameters = handler.child_by_field_name("parameters") if handler is not None else None
    if handler is None or parameters is None or not parameters.named_children:
        return
    is_static = source.fold(source.export("dynamic")) == "force-static"
    if not is_static and "params" not in text_of(parameters):
        yield "route handlers that answer requests", source.span(handler)


def _on_request(source: Source) -> Iterator[Found]:
    """Yield what asks for the visitor's request, and what asks to be made anew."""
    names = {local for one in source.imports if one.specifier == "next/headers" for local, _ in one.names}
    for call in source.calls if names else ():
        if call.name in names and call.name in OF_REQUESTS:
            yield "cookies() and headers() of a request", call.span
    again = source.export("revalidate")
    if again is not None and again.type == "number" and text_of(again) != "0":
        yield "revalidate", source.span(again)
    dynamic = source.export("dynamic")
    if dynamic is not None and source.fold(dynamic) == "force-dynamic":
        yield "dynamic = 'force-dynamic'", source.span(dynamic)


def _action(source: Source) -> "Node | None":
    """Return the directive that makes a file or a function a server action."""
    for node in source.nodes("expression_statement"):
        if node.named_children and string_value(node.named_children[0]) == "use server":
            return node
    return None


def _has_params(project: Project, app: WebApp, source: Source) -> bool:
    """Say whether a dynamic page, or a layout above it, gives its parameters."""
    if source.export("generateStaticParams") is not None:
        return True
    folder = source.file.folder
    while folder.startswith(app.root):
        for name in ("layout.tsx", "layout.ts", "layout.jsx", "layout.js"):
            file = project.code.get(f"{folder}/{name}")
            layout = project.web.source(file) if file else None
            if layout is not None and layout.export("generateStaticParams") is not None:
                return True
        if "/" not in folder:
            return False
        folder = folder.rpartition("/")[0]
    return False


def _images(config: Source, source: Source) -> Iterator[Found]:
    """Yield the imports of next/image that the configuration does not make possible."""
    if is_true(setting(config, "images", "unoptimized")) or setting(config, "images", "loader") is not None:
        return
    for one in source.imports:
        if one.specifier in ("next/image", "next/legacy/image"):
            yield IMAGES, one.span


def _unoptimised(config: Source, output: "Node") -> Edit:
    """Return the edit that takes the optimiser out: into `images`, or a new entry after `output`."""
    images = setting(config, "images")
    if images is not None and images.type == "object":
        start = config.offset(images.start_byte) + 1
        return Edit(file=config.file.path, start=start, end=start, text=" unoptimized: true,")
    end = config.offset(output.end_byte)
    indent = re.search(r"[ \t]*$", config.file.text[: config.offset(_pair(output).start_byte)])
    return Edit(
        file=config.file.path,
        start=end,
        end=end,
        text=f",\n{indent[0] if indent else ''}images: {{ unoptimized: true }}",
    )


def _pair(node: "Node") -> "Node":
    while node.parent is not None and node.type != "pair":
        node = node.parent
    return node
