"""RT008: a stream passes something that holds it back."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.positions import Placed, read_json
from modelyard.deploy.code.python.code import Call, Route
from modelyard.deploy.finding import Fix, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

STREAMS = (".StreamingResponse", ".EventSourceResponse")
KEEPS_OPEN = re.compile(r"x-accel-buffering|no-transform", re.IGNORECASE)
HEADERS = '{"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}'


class RT008(Rule):
    """A stream passes something that holds it back.

    **What it does.** Looks for WebSockets of a back end that pages on Vercel reach through a rewrite, and for event
    streams without the headers that tell proxies to pass each piece on.

    **Why it matters.** A rewrite on Vercel does not carry an upgrade to a WebSocket. A proxy that buffers or compresses
    shows an answer only when it is whole, and words do not appear as they come.

    **How to fix.** Connect WebSockets directly to the back end (with its origin checked); send `Cache-Control:
    no-cache, no-transform` and `X-Accel-Buffering: no` with streams.

    **Limits.** sse-starlette sends the second header itself and is left out.
    """

    kind: Literal["RT008"] = "RT008"
    title: ClassVar[str] = "Streams through the chain"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "info"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield sockets behind a rewrite, and event streams without their headers."""
        sockets = [one for one in project.handlers.routes if one.method == "WEBSOCKET"]
        rewrite = _rewrite(project) if sockets else None
        if rewrite is not None:
            yield self._socket(sockets[0], rewrite)
        bare = [call for call in project.python.calls(*STREAMS) if _is_events(call) and not _has_headers(call)]
        if bare:
            yield self.finding(
                [call.span for call in bare],
                "This event stream lacks the headers that keep proxies from holding it back.",
                confidence=0.75,
                chain=project.python.chain(bare[0].module, bare[0].node),
                platforms=project.platforms_of(bare[0].module.file.path),
                fix=Fix(text=f"Send `headers={HEADERS}` with it."),
            )

    def _socket(self, route: Route, rewrite: Span) -> Said:
        return self.finding(
            [rewrite, route.span],
            f"The WebSocket {route.path} cannot pass this rewrite.",
            confidence=0.7,
            platforms=("vercel",),
            fix=Fix(text="Let the page connect to the back end directly with `wss://`, and check its Origin there."),
        )


def _rewrite(project: Project) -> Span | None:
    """Return where `vercel.json` sends requests on to another host."""
    for file in project.code.named("vercel.json"):
        placed = read_json(file)
        if not isinstance(placed, Placed) or not isinstance(placed.data, dict):
            continue
        for key in ("rewrites", "routes"):
            listed = placed.data.get(key)
            for i, one in enumerate(listed if isinstance(listed, list) else []):
                target = str(one.get("destination") or one.get("dest") or "") if isinstance(one, dict) else ""
                if target.startswith(("http://", "https://")):
                    return placed.span(key, i)
    return None


def _is_events(call: Call) -> bool:
    media = call.argument(None, "media_type")
    return isinstance(media, ast.Constant) and "event-stream" in str(media.value)


def _has_headers(call: Call) -> bool:
    """Say whether the headers are passed, or set in the same function."""
    text = ast.unparse(call.function or call.node)
    if KEEPS_OPEN.search(text):
        return True
    headers = call.argument(None, "headers")
    return isinstance(headers, ast.Name) and KEEPS_OPEN.search(ast.unparse(call.module.tree)) is not None
