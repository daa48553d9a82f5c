"""Functions and methods whose result is known from their arguments alone."""

import json
import posixpath
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from modelyard.deploy.code.python.parts import Folded

TMP = "/tmp"  # noqa: S108 - the path that audited code would get, not one that is written to
MAX_TEXT = 20_000
"""Longer results are not worth having: nobody writes them."""


def _path(*parts: object) -> PurePosixPath:
    return PurePosixPath(*(str(one) for one in parts))


def _join(*parts: object) -> str:
    return posixpath.normpath(posixpath.join(*(str(one) for one in parts))) if parts else ""


FUNCTIONS: dict[str, Callable[..., object]] = {
    **{"str": str, "int": int, "float": float, "bool": bool, "len": len},
    **{"any": any, "all": all},
    **{"list": list, "tuple": tuple, "set": list, "sorted": sorted},
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "anyio.Path"), _path),
    **dict.fromkeys(("os.path.join", "posixpath.join"), _join),
    **dict.fromkeys(("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath"), lambda one: str(one)),
    "os.path.dirname": lambda one: posixpath.dirname(str(one)),
    "os.path.basename": lambda one: posixpath.basename(str(one)),
    **dict.fromkeys(("os.path.expanduser", "os.path.expandvars"), lambda one: one),
    **dict.fromkeys(("os.getcwd", "pathlib.Path.cwd"), lambda: PurePosixPath(".")),
    "pathlib.Path.home": lambda: PurePosixPath("~"),
    "tempfile.gettempdir": lambda: TMP,
    "tempfile.mkdtemp": lambda **_: f"{TMP}/{{}}",
    "datetime.timedelta": timedelta,
    "json.loads": json.loads,
    **dict.fromkeys(("distutils.util.strtobool", "strtobool", "pydantic.SecretStr"), lambda one: one),
    **dict.fromkeys(("sqlalchemy.engine.make_url", "sqlalchemy.make_url", "sqlalchemy.engine.url.make_url"), str),
    "re.compile": lambda pattern, *_flags: pattern,
    "typing.cast": lambda _kind, value: value,
}
_FORMATTED = re.compile(r"\{[^{}]*[:!]")
PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "os.path.join", "os.path.abspath", "os.path.normpath", "str"})
"""Functions whose result is worth having when a part of it is not known."""
TEXT_METHODS = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "split", "rsplit", "splitlines"}
    | {"startswith", "endswith", "format", "join", "removeprefix", "removesuffix", "partition", "rpartition", "count"}
    | {"isdigit", "find", "casefold"}
)
PATH_METHODS = frozenset({"joinpath", "with_suffix", "with_name", "as_posix", "is_absolute"})
SAME = frozenset({"resolve", "absolute", "expanduser", "get_secret_value", "encode", "decode", "render_as_string"})
"""Methods that leave a path, a text or a secret what it is."""


def called(name: str, args: Sequence[Folded], keywords: dict[str, Folded]) -> Folded | None:
    """Return what a known function gives; None for others, and where it would raise."""
    function = FUNCTIONS.get(name)
    if function is None:
        return None
    is_whole = all(one.is_whole for one in [*args, *keywords.values()])
    if not is_whole and name in ("int", "float", "bool", "len", "any", "all", "json.loads", "datetime.timedelta"):
        return None
    return _tried(lambda: function(*(one.value for one in args), **_values(keywords)), is_whole=is_whole)


def method(base: Folded, name: str, args: Sequence[Folded], keywords: dict[str, Folded]) -> Folded | None:
    """Return what a method of a folded text, path, list or mapping gives."""
    if name in SAME:
        return base
    if not all(one.is_whole for one in [*args, *keywords.values()]):
        return _partial(base, name, args)
    value = base.value
    if isinstance(value, str) and name in TEXT_METHODS and not _grows(value, name, args):
        if not base.is_whole and name in ("startswith", "endswith", "isdigit", "count", "find"):
            return _of_part(value, name, args)
        return _tried(lambda: getattr(value, name)(*_plain(args), **_values(keywords)), is_whole=base.is_whole)
    if isinstance(value, PurePosixPath) and name in PATH_METHODS:
        return _tried(lambda: getattr(value, name)(*_plain(args)), is_whole=base.is_whole)
    if isinstance(value, dict) and name in ("items", "keys", "values") and not args:
        return Folded(list(getattr(value, name)()), base.is_whole)
    if isinstance(value, dict) and name == "get" and base.is_whole and args:
        return _tried(lambda: value.get(*_plain(args)), is_whole=True)
    return None


def _grows(value: str, name: str, args: Sequence[Folded]) -> bool:
    """Say whether a method could make a text much longer (`"{:>999999999}".format(1)`): then it is not tried."""
    texts = [str(one.value) for one in args[:2]]
    if name == "replace" and len(texts) > 1:
        return len(value) + value.count(texts[0]) * len(texts[1]) > MAX_TEXT
    return name == "format" and bool(_FORMATTED.search(value))


def _partial(base: Folded, name: str, args: Sequence[Folded]) -> Folded | None:
    """Return what `join` and `format` give when some of their arguments are not known."""
    if isinstance(base.value, str) and name == "format" and not _grows(base.value, name, args):
        return _tried(lambda: str(base.value).format(*(one.value for one in args)), is_whole=False)
    return None


def _of_part(value: str, name: str, args: Sequence[Folded]) -> Folded | None:
    """Answer `startswith` and `endswith` where the known part of a text settles it."""
    wanted = args[0].value if args else None
    known = value.partition("{}")[0] if name == "startswith" else value.rpartition("{}")[2]
    options = wanted if isinstance(wanted, tuple) else (wanted,)
    if name not in ("startswith", "endswith") or not all(isinstance(one, str) for one in options):
        return None
    if any(getattr(known, name)(one) for one in options):
        return Folded(True, True)
    settled = all(
        len(known) >= len(one) or not (one.startswith(known) if name == "startswith" else one.endswith(known))
        for one in options
        if isinstance(one, str)
    )
    return Folded(False, True) if settled else None


def _values(given: dict[str, Folded]) -> dict[str, Any]:
    return {key: one.value for key, one in given.items()}


def _plain(given: Sequence[Folded]) -> list[Any]:
    return [one.value for one in given]


def _tried(work: Callable[[], object], *, is_whole: bool) -> Folded | None:
    try:
        value = work()
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, MemoryError):
        return None
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return None
    return Folded(value, is_whole)
