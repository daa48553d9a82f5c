"""What sessions and tokens are signed with in JavaScript that runs on a server: Node back ends, Next's own routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.secrets import is_signing_name
from modelyard.deploy.code.web.code import Source, WebApp, WebCall
from modelyard.deploy.code.web.reads import is_for_development, reads_in
from modelyard.deploy.code.web.syntax import above, dotted, member, text_of, unwrapped
from modelyard.deploy.finding import PLATFORMS, Platform, Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from modelyard.deploy.project.project import Project

SPEAKS = re.compile(r"secret|jwt|session|\.sign\(|cookie", re.IGNORECASE)
"""What a script holds that signs anything; the others are not parsed."""
SIGNS = re.compile(r"(?:^|\.)(?:jwt|jsonwebtoken|JWT)\.(?:sign|verify)$|(?:^|\.)createHmac$")
TAKES_SECRET = re.compile(
    r"(?:^|\.)(?:session|expressSession|cookieSession|NextAuth|betterAuth|iron\w*|jwt|expressJwt|expressjwt)$"
)
OPTIONS = re.compile(r"auth|session", re.IGNORECASE)
"""Names of objects whose `secret` signs: `authOptions`."""


@dataclass(frozen=True)
class Signing:
    """One text that something is signed with."""

    name: str
    """Of the environment, where it is a default; else of the constant or the option."""
    value: str
    span: Span
    is_default: bool
    """It is taken when the environment says nothing."""
    platforms: tuple[Platform, ...]


def signing_texts(project: "Project") -> Iterator[Signing]:
    """Yield the texts that live scripts of servers sign with; defaults of development alone are left out."""
    for app, source in project.web.server_sources:
        if not SPEAKS.search(source.file.text):
            continue
        platforms = platforms_of_server(project, app)
        seen: set[int] = set()
        for read in reads_in(source, app):
            if is_signing_name(read.name):
                seen.update(range(read.start, read.end))
                if read.default is not None and not read.is_guarded and not _is_refused(source, read.name):
                    yield Signing(read.name, read.default, read.span, True, platforms)
        for name, node in _put_into_environment(source):
            value = source.fold(node)
            if value and "${}" not in value and not is_for_development(node):
                yield Signing(name, value, source.span(node), True, platforms)
        for name, node in _written(source):
            value = source.fold(node)
            if value is not None and "${}" not in value and source.offset(node.start_byte) not in seen:
                yield Signing(name, value, source.span(node), False, platforms)
        source.forget()


def platforms_of_server(project: "Project", app: WebApp) -> tuple[Platform, ...]:
    """Return where a Node package runs; Render, which could run it, where nothing says more."""
    found = {one.platform for one in project.deployables if one.root == app.root and one.shape in ("node", "docker")}
    if project.code.get(app.at("vercel.json")) is not None or app.framework == "next":
        found.add("vercel")
    return tuple(one for one in PLATFORMS if one in found) or ("render",)


def _written(source: Source) -> Iterator[tuple[str, "Node"]]:
    """Yield the constants, options and arguments that hold a secret to sign with, unless they are read."""
    for name, value in source.constants.items():
        if is_signing_name(name) and unwrapped(value).type in ("string", "template_string"):
            yield name, unwrapped(value)
    for call in source.calls:
        if SIGNS.search(call.name):
            given = call.argument(1)
            if given is not None and given.type in ("string", "template_string"):
                yield f"the key of {call.name}", given
        elif TAKES_SECRET.search(call.name):
            yield from _of_options(call)
    for node in source.nodes("pair"):
        holder = next((one for one in above(node) if one.type == "variable_declarator"), None)
        if dotted(node.child_by_field_name("key")) == "secret" and holder is not None:
            given = node.child_by_field_name("value")
            if OPTIONS.search(text_of(holder.child_by_field_name("name"))) and given is not None:
                yield from _text("secret", given)


def _put_into_environment(source: Source) -> Iterator[tuple[str, "Node"]]:
    """Yield what a script gives itself where the environment says nothing: `process.env.JWT_SECRET = "…"`."""
    for kind in ("assignment_expression", "augmented_assignment_expression"):
        for node in source.nodes(kind):
            base, _, name = dotted(node.child_by_field_name("left")).rpartition(".")
            given = node.child_by_field_name("right")
            if base == "process.env" and is_signing_name(name) and given is not None:
                yield from _text(name, given)


def _of_options(call: WebCall) -> Iterator[tuple[str, "Node"]]:
    options = call.argument(0)
    if options is not None and (value := member(options, "secret")) is not None:
        yield from _text("secret", value)


def _text(name: str, value: "Node") -> Iterator[tuple[str, "Node"]]:
    node = unwrapped(value)
    if node.type in ("string", "template_string"):
        yield name, node


def _is_refused(source: Source, name: str) -> bool:
    """Say whether a script stops rather than go on without a name: an `if` that tests it and throws or exits."""
    for node in source.nodes("if_statement"):
        body = text_of(node.child_by_field_name("consequence"))
        if name in text_of(node.child_by_field_name("condition")) and re.search(r"\bthrow\b|process\.exit", body):
            return True
    return False
