"""SEC015: a token travels in an address."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.web.code import Source
from modelyard.deploy.code.web.source import WebCall
from modelyard.deploy.code.web.syntax import dotted
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.front_ends import platforms_of, sources_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

REDIRECTS = (".RedirectResponse", "flask.redirect", "django.shortcuts.redirect")
NAMES = r"(?:access_?token|refresh_?token|id_?token|auth_?token|jwt|session_?token|token|bearer)"
IN_QUERY = re.compile(rf"[?&](?P<name>{NAMES})=(?:[^\s&]|$)", re.IGNORECASE)
KEY = re.compile(rf"^{NAMES}$", re.IGNORECASE)
ONE_TIME = re.compile(r"reset|verif|confirm|activat|invit|unsubscribe|magic|forgot", re.IGNORECASE)
GOES = re.compile(
    r"(?:^|\.)location(?:\.(?:assign|replace))?$|^(?:redirect|permanentRedirect|(?:NextResponse|Response|res|response)\.redirect)$|(?:^|\.)(?:router|navigate|history|navigation)(?:\.(?:push|replace))?$"
)
PUTS_IN_QUERY = ("include_query_params", "replace_query_params", "copy_merge_params")
PLACES = re.compile(r"(?:^|\.)location(?:\.href)?$")


class SEC015(Rule):
    """A token travels in an address.

    **What it does.** Looks for redirects of the API, and for navigation of the pages, whose address carries
    `access_token=`, `refresh_token=`, `jwt=` or `token=` in its query.

    **Why it matters.** Addresses are kept: in the browser's history, in logs of every proxy on the way, in the
    `Referer` of the next page. Whoever reads one of them is signed in.

    **How to fix.** Redirect with a code that works once and for a minute, and let the page exchange it by POST. Where
    pages and API are one site, set an HttpOnly cookie instead.

    **Limits.** Links that work once by their nature (reset of a password, invitation, confirmation) are left out, and
    what stands behind `#`, which no server sees.
    """

    kind: Literal["SEC015"] = "SEC015"
    title: ClassVar[str] = "Token in an address"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for the API and one per front end, with every place."""
        found = [(name, call) for call in project.python.calls(*REDIRECTS) if (name := _in_redirect(project, call))]
        if found:
            first = found[0][1]
            yield self._says(
                [call.span for _, call in found],
                [name for name, _ in found],
                project.python.chain(first.module, first.node),
                tuple(dict.fromkeys(one.platform for one in project.on("hf", "render"))) or ("hf", "render"),
            )
        for app in project.web.apps:
            places = [place for source in sources_of(project, app) for place in _in_navigation(source)]
            if places:
                spans = [span for _, span in places]
                yield self._says(spans, [name for name, _ in places], (), platforms_of(project, app))

    def _says(
        self, spans: list[Span], names: list[str], chain: tuple[str, ...], platforms: tuple[Platform, ...]
    ) -> Said:
        return self.finding(
            spans,
            f"{', '.join(dict.fromkeys(names))} travels in the address of a redirect, which histories and logs keep.",
            confidence=0.93,
            chain=chain,
            platforms=platforms,
            fix=Fix(text="Redirect with a one-time code that the page exchanges by POST, or set an HttpOnly cookie."),
        )


def _in_redirect(project: Project, call: Call) -> str:
    """Return the name under which a redirect's address carries a token; `""` when it carries none."""
    address = call.argument(0, "url") or call.argument(0, "location")
    if address is None:
        return ""
    for folded in project.python.possible(address, call.module):
        text = folded.text.partition("#")[0]
        if (found := IN_QUERY.search(text)) and not ONE_TIME.search(text.partition("?")[0]):
            return found["name"]
    return _encoded(call, address)


def _encoded(call: Call, address: ast.expr) -> str:
    """Return the token among the parameters that `urlencode` puts into an address built in the same function."""
    names = {node.id for node in ast.walk(address) if isinstance(node, ast.Name)}
    values: list[ast.expr] = [address]
    for node in ast.walk(call.function) if call.function is not None else ():
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id in names for one in node.targets):
            values.append(node.value)
            names |= {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
    for value in values:
        for node in ast.walk(value):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PUTS_IN_QUERY:
                named = [one.arg for one in node.keywords if one.arg and KEY.match(one.arg)]
                if named and not ONE_TIME.search(ast.dump(address)):
                    return named[0]
    if not any(
        isinstance(one, ast.Attribute | ast.Name) and "urlencode" in ast.dump(one)
        for v in values
        for one in ast.walk(v)
    ):
        return ""
    for value in values:
        for node in ast.walk(value):
            for key in node.keys if isinstance(node, ast.Dict) else ():
                if (
                    isinstance(key, ast.Constant)
                    and KEY.match(str(key.value))
                    and not ONE_TIME.search(ast.dump(address))
                ):
                    return str(key.value)
    return ""


def _in_navigation(source: Source) -> Iterator[tuple[str, Span]]:
    """Yield name and place of each token in an address that a page goes to."""
    if "token" not in source.file.text.lower() and "jwt" not in source.file.text.lower():
        return
    for call in source.calls:
        if GOES.search(call.name) and (name := _token_in(_address_of(source, call))):
            yield name, call.span
    for node in source.nodes("assignment_expression"):
        target = dotted(node.child_by_field_name("left"))
        if PLACES.search(target) and (name := _token_in(source.fold(node.child_by_field_name("right")) or "")):
            yield name, source.span(node)


def _address_of(source: Source, call: WebCall) -> str:
    """Return the address that a call goes to, out of `new URL(address, base)` too."""
    first = call.argument(0)
    if first is not None and first.type == "new_expression":
        given = first.child_by_field_name("arguments")
        first = given.named_children[0] if given is not None and given.named_children else None
    return source.fold(first) or ""


def _token_in(address: str) -> str:
    text = address.partition("#")[0]
    found = IN_QUERY.search(text)
    return found["name"] if found and not ONE_TIME.search(text.partition("?")[0]) else ""
