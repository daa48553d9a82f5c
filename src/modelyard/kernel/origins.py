"""Origins of web sites: exact ones, and the previews of one project such as `https://book-*.vercel.app`.

The `*` stands for letters, digits and hyphens inside the first label of the host. It never stands for a whole label,
and never in the name that anybody can register: `https://*.vercel.app` and `https://book-*.com` are refused.
"""

import re
from urllib.parse import SplitResult, urlsplit

from modelyard.kernel.errors import FieldError, Invalid

LONGEST_ORIGIN = 300
FEWEST_LETTERS = 3
"""Of a project's name beside the `*`."""
_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_FIRST_LABEL = re.compile(r"(?!-)[a-z0-9-]*\*[a-z0-9-]*(?<!-)")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "go", "mil", "ne", "net", "or", "org"})
"""Names under which countries register domains, as in `co.uk` and `com.vn`."""


def normalized_origin(text: str, *, path: tuple[str | int, ...] = ("origins",)) -> str:
    """Return an origin or a pattern as browsers spell origins: lower case, punycode, no default port; raise Invalid."""
    try:
        return _normalized(text.strip())
    except ValueError as error:
        message = f"{text[:80]!r} is not an origin that a key can be bound to: {error}."
        raise Invalid(
            message,
            hint="Write a site's address as `https://docs.example.org`, or the previews of one project as "
            "`https://book-*.vercel.app`.",
            fields=[FieldError(path, message)],
        ) from None


def is_allowed(origin: str | None, allowed: list[str]) -> bool:
    """Say whether a browser's `Origin` is one of those; a missing one and `null` never are."""
    if not origin or origin == "null" or len(origin) > LONGEST_ORIGIN:
        return False
    return any(_matches(origin, pattern) for pattern in allowed)


def _matches(origin: str, pattern: str) -> bool:
    if "*" not in pattern:
        return origin == pattern
    before, after = pattern.split("*")
    return re.fullmatch(f"{re.escape(before)}[a-z0-9-]+{re.escape(after)}", origin) is not None


def _normalized(text: str) -> str:
    if len(text) > LONGEST_ORIGIN:
        raise ValueError(f"it has more than {LONGEST_ORIGIN} characters")
    parts = urlsplit(text)
    if parts.scheme not in _PORTS:
        raise ValueError("it does not begin with https:// or http://")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("it is more than scheme, host and port")
    host = _host(parts)
    if "*" in host:
        _require_one_project(parts.scheme, host)
    port = parts.port
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")


def _host(parts: SplitResult) -> str:
    if parts.netloc.startswith("["):
        return f"[{parts.hostname}]"
    labels = (parts.hostname or "").split(".")
    return ".".join(_label(label, is_first=place == 0) for place, label in enumerate(labels))


def _label(label: str, *, is_first: bool) -> str:
    if "*" in label:
        if not is_first or not _FIRST_LABEL.fullmatch(label):
            raise ValueError("a * may stand once, inside the first part of the host")
        return label
    spelled = label if label.isascii() else label.encode("idna").decode()
    if not _LABEL.fullmatch(spelled):
        raise ValueError(f"{label!r} is no part of a host name")
    return spelled


def _require_one_project(scheme: str, host: str) -> None:
    first, *rest = host.split(".")
    if scheme != "https":
        raise ValueError("a pattern needs https://")
    if sum(letter.isalnum() for letter in first) < FEWEST_LETTERS:
        raise ValueError(f"beside the * it needs {FEWEST_LETTERS} letters of the project's name")
    if len(rest) < 2 or (len(rest) == 2 and len(rest[1]) == 2 and rest[0] in _SECOND_LEVEL):
        raise ValueError("anybody can register a domain that matches it")
