"""Whom a pattern of allowed origins admits: tried on origins that belong to others."""

from collections.abc import Iterator
from dataclasses import dataclass

HOSTS = ("vercel.app", "hf.space", "onrender.com", "netlify.app", "github.io", "pages.dev", "up.railway.app", "fly.dev")
STRANGER = "stranger-zq7"
TIMEOUT_SECONDS = 0.5
"""For all tries of one pattern: a pattern that takes longer is a fault of its own."""
MAX_PATTERN = 2_000


@dataclass(frozen=True)
class Admitted:
    """A stranger that a pattern lets in."""

    origin: str
    whose: str
    """Who that is, in words: `every site on vercel.app`."""
    is_namesake: bool = False
    """Only somebody who names a project after this one gets in."""


def admitted(pattern: str) -> Admitted | str | None:
    """Return the widest circle of strangers that a whole match of a pattern admits, or None; or why it is not tried."""
    import regex  # type: ignore[import-untyped]

    if len(pattern) > MAX_PATTERN:
        return "the pattern is too long to be tried"
    try:
        compiled = regex.compile(pattern)
        for one in _strangers(pattern):
            if compiled.fullmatch(one.origin, timeout=TIMEOUT_SECONDS):
                return one
    except regex.error as error:
        return f"the pattern does not compile: {error}"
    except TimeoutError:
        return "the pattern takes too long on a short origin"
    return None


def is_local_only(pattern: str) -> bool:
    """Say whether a pattern speaks of a developer's machine and private networks only."""
    plain = pattern.replace("\\", "")
    return any(name in plain for name in ("localhost", "127.0.0.1", "192.168", "10.")) and not any(
        part in plain for part in (*HOSTS, ".*", ".+", ".com", ".dev", ".io", ".net", ".org", ".app", ".space", ".co")
    )


def _strangers(pattern: str) -> Iterator[Admitted]:
    yield Admitted("https://stranger-zq7.example", "every site there is")
    yield Admitted("http://stranger-zq7.example", "every site there is, without HTTPS too")
    for host in HOSTS:
        yield Admitted(f"https://{STRANGER}.{host}", f"every site on {host}")
        yield Admitted(f"https://{STRANGER}{host}", f"any domain that ends like {host}")
        yield Admitted(f"https://x.{STRANGER}{host}", f"any domain that ends like {host}")
    for name in _names(pattern):
        for host in HOSTS:
            yield Admitted(f"https://{name}.{STRANGER}{host}", f"any domain that ends like {host}")
            yield Admitted(f"https://{name}{STRANGER}{host}", f"any domain that ends like {host}")
        yield Admitted(f"https://{name}.{STRANGER}.example", f"any domain below which somebody names {name}")
        yield Admitted(f"https://{name}{STRANGER}.example", f"any domain that begins like {name}")
        for host in HOSTS:
            yield Admitted(f"https://{name}-zq7.{host}", f"whoever names a project on {host} after {name}", True)
            yield Admitted(f"https://{name}zq7.{host}", f"whoever names a project on {host} after {name}", True)
    yield from _other_letters(pattern)


def _names(pattern: str) -> list[str]:
    """Return the literal beginnings of hosts in a pattern: `my-app` of `https://my-app-.*\\.vercel\\.app`."""
    import regex

    found = regex.findall(r"(?:https?\??://|\()(?:www\\?\.)?([a-z0-9](?:[a-z0-9-]|\\[-.])*)", pattern)
    names = [name.replace("\\", "").rstrip("-") for name in found]
    return list(dict.fromkeys(name for name in names if name and name != "localhost"))


def _other_letters(pattern: str) -> Iterator[Admitted]:
    """Yield the origins that an address with unescaped dots admits: `https://app.me.com` → `https://appxme.com`."""
    bare = pattern.removeprefix("^").removesuffix("$")
    if any(letter in bare for letter in "*+?[](){}|"):
        return
    plain = bare.replace("\\.", "\0")
    for index, letter in enumerate(plain):
        other = (plain[:index] + "x" + plain[index + 1 :]).replace("\0", ".")
        if letter == "." and "." in other.partition("://")[2]:
            yield Admitted(other, "domains in which another letter stands for a dot")
