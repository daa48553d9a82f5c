"""HF012: the program calls out on a port that the platform may block."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.python.code import Call
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

SMTP = ("smtplib.SMTP", "smtplib.SMTP_SSL", "aiosmtplib.SMTP", "aiosmtplib.send")
LOCAL = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|::1|host\.docker\.internal|[\w-]+$)")
DEFAULTS = {"redis": 6379, "rediss": 6379, "mongodb": 27017, "amqp": 5672, "amqps": 5671, "mysql": 3306}


class HF012(Rule):
    """The program calls out on a port that the platform may block.

    **What it does.** Reads the ports of addresses in live code (defaults of settings, clients of Redis, MongoDB,
    RabbitMQ) and of mail servers. PostgreSQL is left out: connections on 5432 are reported to work from Spaces.

    **Why it matters.** Spaces document 80, 443 and 8080 as the only open ports; Render's free services cannot send mail
    on 25, 465 and 587. A blocked connection hangs until it times out.

    **How to fix.** Use the service's HTTPS interface (Upstash, Resend, Qdrant on 443), or try the connection from
    inside the Space before relying on it.

    **Limits.** Addresses that only the environment knows are not judged.
    """

    kind: Literal["HF012"] = "HF012"
    title: ClassVar[str] = "Outbound port may be blocked"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    facts: ClassVar[tuple[str, ...]] = ("hf_open_ports", "render_blocked_ports")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the ports that live code calls out on."""
        for call in project.python.calls(*SMTP):
            yield from self._mail(project, call)
        seen: set[Span] = set()
        for read in project.python.environment:
            folded = project.python.fold(read.default, read.module) if read.default is not None else None
            port, host = _port(folded.text if folded is not None else "")
            platforms = [one for one in project.platforms_of(read.module.file.path) if one == "hf"]
            if port and platforms and port not in fact("hf_open_ports").value and read.span not in seen:
                seen.add(read.span)
                yield self._finding(read.span, f"{read.name} is at {host}:{port} by default", ("hf",))

    def _mail(self, project: Project, call: Call) -> Iterator[Said]:
        node = call.argument(1, "port")
        folded = project.python.fold(node, call.module) if node is not None else None
        value = str(folded.value) if folded is not None else "465" if call.name.endswith("SSL") else "25"
        if is_aside(call.module.file.path) or not value.isdecimal():
            return
        blocked = [
            one
            for one in project.platforms_of(call.module.file.path)
            if (one == "hf" and int(value) not in fact("hf_open_ports").value)
            or (one == "render" and int(value) in fact("render_blocked_ports").value)
        ]
        if blocked:
            yield self._finding(call.span, f"Mail is sent on port {value}", tuple(blocked))

    def _finding(self, span: Span, what: str, platforms: tuple[Platform, ...]) -> Said:
        return self.finding(
            span,
            f"{what}, which {' and '.join(_NAMES[one] for one in platforms)} may block.",
            confidence=0.7,
            platforms=platforms,
            fix=Fix(
                text="Use an interface over HTTPS, or try the connection from inside before relying on it.",
                by_person=("Try a TCP connection to it from the running application.",),
            ),
        )


_NAMES = {"hf": "Spaces", "render": "Render", "vercel": "Vercel"}


def _port(text: str) -> tuple[int | None, str]:
    """Return the port and host of an address outside; None for local ones and for PostgreSQL."""
    try:
        parts = urlsplit(text)
        port, host = parts.port or DEFAULTS.get(parts.scheme.partition("+")[0]), parts.hostname or ""
    except ValueError:
        return None, ""
    if not parts.scheme or not host or LOCAL.match(host) or parts.scheme.startswith("postgres"):
        return None, ""
    return port, host
