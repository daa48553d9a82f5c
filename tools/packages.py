"""Write what packages import as and bring along, read from PyPI: `python tools/packages.py [NAME ...]`.

Reads again every package that the file names, and those that are named here. Of each: the names that its newest release
can be imported by, and what it installed in any of its last years, for CPython 3.11 on Linux. Needs a network.
"""

import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version
from pip._internal.models.index import PyPI

FILE = Path(__file__).resolve().parents[1] / "src/modelyard/deploy/code/packages.json"
INDEX = os.environ.get("PIP_INDEX_URL", PyPI.simple_url).rstrip("/")
LICENCE = '"licence": "none needed: facts that packages state of themselves"'
YEARS = 5
LARGEST_BYTES = 20_000_000
"""Of a file that is read whole, where its server does not give parts."""
END_BYTES = 100_000
"""Of a wheel that are fetched at once: its list of files and what it says of itself are there."""
MOST_OF_EXTRA = 20
"""An extra that brings more is for whoever works on the package."""
NOT_FOR_USE = {"test", "tests", "testing", "dev", "develop", "development", "doc", "docs", "documentation", "lint"}
BESIDE = {"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmark", "benchmarks", "scripts"}
BESIDE |= {"bin", "src", "share", "include", "lib", "tools", "images", "assets", "data", "dist", "build", "demo"}
HERE = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1",
    "platform_system": "Linux",
    "platform_version": "1",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
    "sys_platform": "linux",
}


class Remote(BytesIO):
    """A wheel's end, where its list of files is, as if all of it were there: bytes that are asked for are fetched."""

    def __init__(self, client: httpx.Client, url: str, size: int) -> None:
        super().__init__()
        self._client, self._url, self._size, self._at = client, url, size, 0
        self._held, self._held_from = b"", size

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move as files do."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Return bytes from here, fetched."""
        end = self._size if size is None or size < 0 else min(self._size, self._at + size)
        start, self._at = self._at, max(self._at, end)
        if end <= start:
            return b""
        if start < self._held_from:
            if start < self._size - END_BYTES:
                return self._fetched(start, end)
            self._held_from = max(0, self._size - END_BYTES)
            self._held = self._fetched(self._held_from, self._size)
        return self._held[start - self._held_from : end - self._held_from]

    def _fetched(self, start: int, end: int) -> bytes:
        answer = self._client.get(self._url, headers={"Range": f"bytes={start}-{end - 1}"})
        return answer.raise_for_status().content


def main() -> int:
    """Read every package again and write the file; return the exit code."""
    known = json.loads(FILE.read_text())["packages"] if FILE.exists() else {}
    names = sorted({*known, *map(canonicalize_name, sys.argv[1:])})
    with httpx.Client(timeout=60, follow_redirects=True) as client, ThreadPoolExecutor(8) as pool:
        found = dict(zip(names, pool.map(partial(_read_or_keep, client, known), names), strict=True))
    lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in found.items() if one is not None]
    head = f'{{"read": "{datetime.now(UTC):%Y-%m-%d}", "source": "PyPI", {LICENCE}, "packages": {{\n'
    FILE.write_text(head + ",\n".join(lines) + "\n}}\n")
    print(f"{len(lines)} packages in {FILE.name}, {FILE.stat().st_size / 1000:.0f} kB")
    return 0


def _read_or_keep(client: httpx.Client, known: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Return one package as it is now; as it was known when it can't be read, which is said."""
    try:
        found = _read(client, name)
    except (httpx.HTTPError, zipfile.BadZipFile, tarfile.TarError, StopIteration) as error:
        print(f"{name}: {type(error).__name__} {error}", file=sys.stderr, flush=True)
        return known.get(name)
    if found is None:
        print(f"{name}: not on PyPI", file=sys.stderr, flush=True)
    return found


def _read(client: httpx.Client, name: str) -> dict[str, Any] | None:
    """Return what one package imports as, needs and offers; None when there is none of that name."""
    answer = client.get(f"{INDEX}/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    if answer.status_code == 404:
        return None
    files = _of_years(answer.raise_for_status().json()["files"])
    infos = [_metadata(client, file) for file in files]
    needs = {need for info in infos for need in _needs(info)} - {name}
    extras = {extra: set(_needs(infos[-1], extra)) - needs - {name} for extra in _extras(infos)}
    return {
        "imports": _imports(client, files[-1]) if files else [],
        "needs": sorted(needs),
        "extras": {extra: sorted(brought) for extra, brought in extras.items() if 0 < len(brought) <= MOST_OF_EXTRA},
    }


def _of_years(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a file of the last release of each of the last years, the newest last; of older ones the newest alone."""
    last: dict[int, tuple[Version, int, dict[str, Any]]] = {}
    for file in files:
        try:
            is_wheel = file["filename"].endswith(".whl")
            version = (parse_wheel_filename if is_wheel else parse_sdist_filename)(file["filename"])[1]
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
        if version.is_prerelease or file["yanked"]:
            continue
        year = int(file["upload-time"][:4])
        is_plain = is_wheel and ("none-any" in file["filename"] or "cp311-manylinux" in file["filename"])
        found = (version, is_wheel + is_plain, file)
        last[year] = max(last.get(year, found), found, key=lambda one: one[:2])
    by_year = sorted(last.items())
    recent = [file for year, (_, _, file) in by_year if year > datetime.now(UTC).year - YEARS]
    return recent or [file for _, (_, _, file) in by_year][-1:]


def _metadata(client: httpx.Client, file: dict[str, Any]) -> RawMetadata:
    """Return what a wheel says of itself; of other files nothing is known."""
    if not file["filename"].endswith(".whl"):
        return {}
    with zipfile.ZipFile(Remote(client, file["url"], file["size"])) as wheel:
        inside = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return parse_email(wheel.read(inside))[0]


def _extras(infos: list[RawMetadata]) -> list[str]:
    """Return the extras of the newest release that are for use."""
    names = {str(canonicalize_name(extra)) for info in infos[-1:] for extra in info.get("provides_extra", ())}
    return sorted(names - NOT_FOR_USE)


def _needs(info: RawMetadata, extra: str = "") -> Iterator[str]:
    """Yield what a release installs with it here, with one of its extras or without."""
    for text in info.get("requires_dist", ()):
        try:
            one = Requirement(text)
        except InvalidRequirement:
            continue  # of old releases, which pip no longer reads either
        if one.marker is None or one.marker.evaluate({**HERE, "extra": extra}):
            name = str(canonicalize_name(one.name))
            yield name
            yield from (f"{name}[{canonicalize_name(of)}]" for of in sorted(one.extras))


def _imports(client: httpx.Client, file: dict[str, Any]) -> list[str]:
    """Return the top-level names that a release is imported by; below a namespace, dotted ones."""
    if file["filename"].endswith(".whl"):
        with zipfile.ZipFile(Remote(client, file["url"], file["size"])) as wheel:
            return _names(wheel.namelist())
    if file["size"] > LARGEST_BYTES or not file["filename"].endswith(".tar.gz"):
        return []
    content = client.get(file["url"]).raise_for_status().content
    with tarfile.open(fileobj=BytesIO(content)) as source:
        tops = [one for one in source.getmembers() if one.name.endswith(".egg-info/top_level.txt")]
        listed = source.extractfile(tops[0]) if tops else None
        return sorted(set(listed.read().decode().split()) - BESIDE) if listed else []


def _names(paths: list[str]) -> list[str]:
    """Return the names that a wheel's files are imported by."""
    modules = [PurePosixPath(path) for path in paths if path.endswith((".py", ".so", ".pyd", ".pyi"))]
    modules = [path for path in modules if ".data" not in path.parts[0] and ".dist-info" not in path.parts[0]]
    packages = {path.parent.parts for path in modules if path.stem == "__init__"}
    found: set[str] = set()
    for path in modules:
        parts = (*path.parts[:-1], path.name.partition(".")[0])
        shortest = next((parts[:depth] for depth in range(1, len(parts)) if parts[:depth] in packages), parts)
        found.add(".".join(shortest[:3]))
    return sorted(name for name in found if name.split(".")[0] not in BESIDE and not name.endswith("__init__"))


if __name__ == "__main__":
    sys.exit(main())
