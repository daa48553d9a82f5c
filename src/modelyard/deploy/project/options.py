"""Options of command lines: taken apart, and the address they state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from modelyard.deploy.project.deployable import ANY_ADDRESS

SHORT = {
    "gunicorn": {"b": "bind", "w": "workers", "k": "worker-class", "t": "timeout", "c": "config"},
    "hypercorn": {"b": "bind", "w": "workers", "k": "worker-class", "c": "config"},
    "flask": {"h": "host", "p": "port", "A": "app"},
    "daphne": {"b": "bind", "p": "port"},
    "next": {"p": "port", "H": "hostname"},
    "vite": {},
    "serve": {"l": "listen", "p": "port"},
    "http-server": {"p": "port", "a": "host"},
}
WITHOUT_VALUE = frozenset(
    {
        "reload",
        "factory",
        "proxy-headers",
        "no-proxy-headers",
        "access-log",
        "no-access-log",
        "preload",
        "debug",
        "daemon",
    }
    | {"use-colors", "no-use-colors", "server-header", "no-server-header", "date-header", "no-date-header", "no-reload"}
    | {"with-threads", "without-threads", "debugger", "no-debugger", "headless", "single", "s"}
)
PORT_NAMES = ("port", "server.port", "listen")
HOST_NAMES = ("host", "bind", "server.address", "hostname")
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
MAX_PORT = 65_535


@dataclass(frozen=True)
class Line:
    """A command line, its options taken apart."""

    options: Mapping[str, str]
    rest: tuple[str, ...]
    """What stands without an option, the program left out."""


def read_line(server: str, words: tuple[str, ...]) -> Line:
    """Return options by their long name and the words that belong to none."""
    options: dict[str, str] = {}
    rest: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not word.startswith("--"):
            short = SHORT.get(server, {})
            if name[:1] in short and len(name) > 1 and not equals:
                name, value, equals = name[:1], name[1:], "="
            name = short.get(name, name)
        if not equals and name not in WITHOUT_VALUE and waiting and not waiting[0].startswith("--"):
            value = waiting.pop(0)
        options[name] = value
    return Line(options, tuple(rest))


def stated_address(options: Mapping[str, str]) -> tuple[str | None, int | None]:
    """Return host and port as the options state them; the last address where several are bound."""
    host = next((options[name] for name in HOST_NAMES if options.get(name)), None)
    port = next((options[name] for name in PORT_NAMES if options.get(name)), None)
    if (bind := options.get("bind")) is not None:
        address, colon, bound = bind.split(",")[-1].rpartition(":")
        host = address.strip("[]") or ANY_ADDRESS if colon else bind
        port = port or bound if colon else port
    if "uds" in options or "fd" in options:
        host = options.get("uds") or options.get("fd")
    if port is not None and ":" in port:
        port = port.rsplit(":", 1)[1]
    is_port = port is not None and port.isdigit() and int(port) <= MAX_PORT
    return host, int(port) if port is not None and is_port else None


def port_name(options: Mapping[str, str]) -> str | None:
    """Return the variable that the port is written as."""
    for name in (*PORT_NAMES, "bind"):
        value = options.get(name, "")
        found = VARIABLE.search(value.rsplit(":$", 1)[-1] if ":$" not in value else "$" + value.rsplit(":$", 1)[1])
        if found:
            return found[1]
    return None
