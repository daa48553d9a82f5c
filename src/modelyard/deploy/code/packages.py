"""Which package brings which import, and what packages bring along: read from PyPI, by `tools/packages.py`."""

import json
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from modelyard.deploy.code.installing import normalised

GONE = frozenset({"distutils", "imp", "asyncore", "asynchat", "smtpd", "cgi", "crypt", "pipes", "telnetlib", "tomllib"})
"""Modules of the standard library of some version."""
STANDARD = frozenset(sys.stdlib_module_names) | GONE | {"__future__", "_typeshed"}
NOT_READ: dict[str, tuple[str, ...]] = {
    "ee": ("earthengine-api",),
    "ldap": ("python-ldap",),
    "osgeo": ("gdal",),
    "pkg_resources": ("setuptools",),
    "win32api": ("pywin32",),
}
"""Names that the newest releases on PyPI do not show: built at home, gone, or of another system."""
FIRST = {
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "ffmpeg": "ffmpeg-python",
    "kafka": "kafka-python",
    "multipart": "python-multipart",
    "psycopg2": "psycopg2-binary",
    "serpapi": "google-search-results",
}
"""The package to add, where several bring a name and the plainest is not it."""
DEEPEST = 3
"""Parts of a name below a namespace that tell its package."""
STANDARD_INCLUDED = {"fastapi": ("0.111.0", "0.111.1")}
"""Versions that installed by themselves what `[standard]` names before and since."""
PARTS: dict[str, tuple[str, ...]] = {
    "fastapi": ("starlette", "pydantic"),
    "flask": ("werkzeug", "jinja2", "click", "itsdangerous", "markupsafe"),
    "gradio": ("fastapi", "pydantic", "starlette", "uvicorn", "numpy", "pandas", "pillow"),
    "pandas": ("numpy",),
    "pydantic-settings": ("pydantic",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "streamlit": ("numpy", "pandas"),
}
"""What a package is documented to be used with, and always installs."""
UBIQUITOUS = frozenset(
    {"numpy", "requests", "pyyaml", "pydantic", "pillow", "tqdm", "packaging", "httpx", "typing-extensions", "click"}
    | {"python-dateutil", "pytz", "jinja2", "certifi", "urllib3", "anyio", "aiohttp", "setuptools", "scipy", "pandas"}
    | {"joblib", "regex", "tenacity", "rich", "attrs", "six", "protobuf", "grpcio", "websockets", "starlette"}
)
"""What almost any package may bring along."""


@cache
def _known() -> dict[str, dict[str, Any]]:
    """Return what each package is imported by (`imports`), installs (`needs`) and offers (`extras`)."""
    text = files(__package__).joinpath("packages.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return found


@cache
def _by_import() -> dict[str, tuple[str, ...]]:
    """Return the packages of each name that is imported, the one to add first."""
    found: dict[str, list[str]] = {}
    for package, one in _known().items():
        for name in one["imports"] or [package.replace("-", "_")]:
            found.setdefault(name, []).append(package)
    ordered = {
        name: tuple(sorted(packages, key=lambda one: (one != FIRST.get(name), one != normalised(name), len(one), one)))
        for name, packages in found.items()
    }
    return NOT_READ | ordered


def is_known(package: str) -> bool:
    """Say whether it is known what a package imports as and brings along."""
    return package in _known()


def known_packages_of(module: str) -> tuple[str, ...]:
    """Return the packages that a dotted module is known to come from, the one to add first; none when unknown."""
    parts = module.split(".")
    names = (".".join(parts[:depth]) for depth in range(min(DEEPEST, len(parts)), 0, -1))
    return next((_by_import()[name] for name in names if name in _by_import()), ())


@cache
def is_namespace(name: str) -> bool:
    """Say whether several packages share a top-level name, each with a part of its own: `google`, `azure`."""
    return name not in _by_import() and any(one.startswith(f"{name}.") for one in _by_import())


def is_named_alike(name: str, packages: Iterable[str]) -> bool:
    """Say whether one of the packages is plainly the import's, though nobody knows it: `google` of `google-genai`.

    Never for names whose packages are known: `jose` comes with python-jose, and the package jose is another.
    """
    if known_packages_of(name):
        return False
    compact = re.sub(r"[^a-z0-9]", "", name.lower())
    for package in packages:
        other = re.sub(r"[^a-z0-9]", "", package.lower())
        if compact == other or (len(compact) > 3 and compact in other):
            return True
    return False


def brought_by(packages: Iterable[str], extras: Iterable[str] = ()) -> set[str]:
    """Return what packages (and `name[extra]`s) bring along, in any of their last years; the unknown bring nothing."""
    found: set[str] = set()
    waiting = [*packages, *extras]
    while waiting:
        name, _, extra = waiting.pop().rstrip("]").partition("[")
        one = _known().get(name)
        if one is None:
            continue
        for brought in one["extras"].get(extra, ()) if extra else one["needs"]:
            if brought not in found:
                found.add(brought)
                waiting.append(brought)
    return {one for one in found if "[" not in one}
