"""Which hosts are one site to a browser: by the Public Suffix List, which is in the installed package."""

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LOCAL_HOSTS = ("localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "host.docker.internal")  # noqa: S104  (compared, not bound)
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".test", ".lan", ".svc", ".home.arpa")

ADDRESS = re.compile(r"(?:https?|wss?)://[\w\[]|(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d")


@cache
def _list() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def host_of(address: str) -> str:
    """Return the host of an address or origin, lower case, without port; `""` when there is none."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_local(address: str) -> bool:
    """Say whether an address leads to the same machine or a private network."""
    host = host_of(address)
    if not host:
        return False
    if host in LOCAL_HOSTS or host.endswith(LOCAL_ENDINGS) or host.startswith(("127.", "10.", "192.168.")):
        return True
    return "." not in host and ":" not in host


def is_local_address(text: str) -> bool:
    """Say whether a text is an address, with its scheme or a port, that leads to the same machine or network."""
    return ADDRESS.match(text) is not None and is_local(text)


def site_of(address: str) -> str:
    """Return the registrable part of a host, `team.vercel.app` or `example.co.uk`; the host itself without one."""
    host = host_of(address)
    if is_local(host) or host.replace(".", "").isdecimal():
        return host
    return str(_list().privatesuffix(host) or host)


def is_same_site(one: str, other: str) -> bool:
    """Say whether a browser sends SameSite cookies between two addresses."""
    return bool(host_of(one)) and site_of(one) == site_of(other)
