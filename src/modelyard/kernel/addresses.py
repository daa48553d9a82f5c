"""Which addresses on the network may be asked: public ones, unless the yard allows its own neighbourhood too.

A name is resolved once and the address that was checked is the one that is asked (`Pinned`), so that a name cannot
point elsewhere by the time it is used. The clients that hold to it are in `kernel.fetching`.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from modelyard.kernel.errors import Invalid, Unavailable

Address = IPv4Address | IPv6Address
DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_ALLOWING = "To reach addresses of your own network, set MODELYARD_ALLOW_PRIVATE_ADDRESSES=true on the server."


class UnsafeAddress(Invalid):
    """The address is not one that may be asked; the message says why."""

    default_hint = "Use an address that begins with https:// and that anybody can reach."


class UnknownHost(Unavailable):
    """The name in an address stands for nothing now."""

    default_hint = "Check how the address is written, and that this server is connected to the internet."


@dataclass(frozen=True)
class Pinned:
    """An address that was checked: who is asked, and at which of the host's addresses."""

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]


def require_public(url: str, *, allow_private: bool) -> Pinned:
    """Return the address with what its host resolves to now; raise UnsafeAddress unless all of that is public.

    With `allow_private` the own machine and network are allowed too; link-local addresses (where clouds keep their
    secrets) never are. Raises UnknownHost when the name cannot be resolved.
    """
    scheme, host, port = _parts(url)
    return Pinned(url, scheme, host, port, checked_addresses(host, port, allow_private=allow_private))


def checked_addresses(host: str, port: int, *, allow_private: bool) -> tuple[str, ...]:
    """Return what a name resolves to, each address once; raise UnsafeAddress when one of them may not be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(f"The host {host!r} cannot be found ({_reason(error)}).") from None
    addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        _check(host, address, allow_private)
    return addresses


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the internet at large, looking inside of IPv6 that carries IPv4."""
    found = _innermost(address)
    return found.is_global and not found.is_multicast and not found.is_reserved


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise UnsafeAddress(f"{url[:200]!r} is not a web address ({error}).") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise UnsafeAddress(
            f"{url[:200]!r} is not a web address.", hint="Write it whole, such as https://example.org/docs."
        )
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress(f"The address of {parts.hostname!r} holds a user name or a password.", hint="Leave it out.")
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _check(host: str, address: str, allow_private: bool) -> None:
    found = _innermost(address)
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        raise UnsafeAddress(f"{host!r} stands for {address}, which is never asked.")
    if not allow_private and not is_public(address):
        raise UnsafeAddress(f"{host!r} stands for {address}, which is not a public address.", hint=_ALLOWING)


def _innermost(address: str) -> Address:
    """Return the address, or the IPv4 address that it stands for: mapped, 6to4, Teredo or NAT64."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found
    if found in _NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else found)


def _reason(error: Exception) -> str:
    return error.strerror or "unknown" if isinstance(error, OSError) else "it is not a host's name"
