"""RT004: the address of the client is the proxy's, or whatever the client says it is."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

OF_ADDRESS = re.compile(r"\.client\b|key_func")
ASGI_SERVERS = ("uvicorn", "fastapi", "gunicorn")


class RT004(Rule):
    """The address of the client is the proxy's, or whatever the client says it is.

    **What it does.** Looks for code that uses `request.client.host` or slowapi's `get_remote_address` under a server
    that trusts no proxy but its own machine, and for code that takes the first part of `X-Forwarded-For`.

    **Why it matters.** On Spaces and Render every request comes from the platform's proxy. A limit per address is then
    one limit for all visitors together. The first part of `X-Forwarded-For` is worse: the client writes it.

    **How to fix.** Set `FORWARDED_ALLOW_IPS=*` on these platforms, where only their proxy can reach the port, or take
    the last address of `X-Forwarded-For`, which the proxy itself added.

    **Limits.** Middleware that resolves the address and is not uvicorn's own is trusted.
    """

    kind: Literal["RT004"] = "RT004"
    title: ClassVar[str] = "Client address behind the proxy"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for the addresses that are the proxy's, and one for each that is believed blindly."""
        used = [(module, node) for module, node in _uses(project) if project.python.is_live(module, node)]
        if used:
            yield from self._behind(project, used)
        for module in project.python.reached:
            for node in module.scopes.nodes() if "forwarded" in module.file.text.lower() else ():
                if _takes_first_hop(node) and project.python.is_live(module, node):
                    yield self.finding(
                        module.span(node),
                        "The first part of X-Forwarded-For is what the client wrote.",
                        confidence=0.85,
                        chain=project.python.chain(module, node),
                        platforms=project.platforms_of(module.file.path),
                        fix=Fix(
                            text="Take the last part, which the platform's proxy added: `.split(',')[-1].strip()`."
                        ),
                    )

    def _behind(self, project: Project, used: list[tuple[Module, ast.AST]]) -> Iterator[Said]:
        module, node = used[0]
        running = [one for one in project.running(module.file.path) if one.platform in self.platforms and one.entry]
        bare = [one for one in running if _trusts_no_proxy(project, one)]
        if not bare:
            if running:
                yield self.passed(module.span(node), "the server takes the client's address from the platform's proxy")
            return
        entry = bare[0].entry
        assert entry is not None
        spans: list[Span] = [each.span(one) for each, one in used]
        edits = tuple(edit for one in bare if (edit := _edit(one)) is not None)
        yield self.finding(
            [*spans, *entry.spans[:1]],
            f"Behind the platform's proxy every visitor has the proxy's address: {entry.server} trusts no proxy.",
            confidence=0.85,
            chain=project.python.chain(module, node),
            platforms=tuple(dict.fromkeys(one.platform for one in bare)),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Set FORWARDED_ALLOW_IPS=* where only the platform's proxy can reach the port.",
                edits=tuple(dict.fromkeys(edits)),
            ),
        )


def _uses(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield where the address of a client is used."""
    for module in project.python.reached:
        for node in module.scopes.nodes() if OF_ADDRESS.search(module.file.text) else ():
            match node:
                case ast.Attribute(attr="host", value=ast.Attribute(attr="client", value=ast.Name(id=name))) if (
                    "req" in name or name in ("websocket", "ws", "r")
                ):
                    yield module, node
                case ast.keyword(arg="key_func", value=value) if (
                    project.python.naming.name(value, module) == "slowapi.util.get_remote_address"
                ):
                    yield module, value


def _trusts_no_proxy(project: Project, one: Deployable) -> bool:
    """Say whether a server only believes forwarding headers from its own machine."""
    entry = one.entry
    if entry is None or entry.server not in ASGI_SERVERS:
        return False
    if entry.server == "gunicorn" and "uvicorn" not in entry.options.get("worker-class", ""):
        return False
    named = {key.replace("_", "-") for key in entry.options}
    known = {name for name, _ in one.environment} | set((one.command and one.command.environment) or {})
    if "forwarded-allow-ips" in named or "FORWARDED_ALLOW_IPS" in known:
        return False
    return not any(project.python.calls(".ProxyHeadersMiddleware")) and not _adds_proxy_middleware(project)


def _adds_proxy_middleware(project: Project) -> bool:
    return any(
        (given := call.argument(0, "middleware_class")) is not None
        and re.search(r"proxy|forwarded|real_?ip|client_?ip", ast.unparse(given), re.IGNORECASE) is not None
        for call in project.python.calls(".add_middleware")
    )


def _takes_first_hop(node: ast.AST) -> bool:
    """Say whether `…"x-forwarded-for"….split(",")[0]`."""
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Attribute(attr="split", value=base)), slice=ast.Constant(value=0)):
            return "forwarded" in ast.unparse(base).lower()
    return False


def _edit(one: Deployable) -> Edit | None:
    """Return the edit that sets the variable in the image, before what starts the server."""
    if one.dockerfile is None:
        return None
    starts = [each for each in one.dockerfile.last.instructions if each.name in ("CMD", "ENTRYPOINT")]
    if not starts:
        return None
    return inserted(one.dockerfile.file, starts[0].span.line, 'ENV FORWARDED_ALLOW_IPS="*"')
