"""Exact versions of what a bundle installs: those that this installation runs with."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
"""What the platforms run, whatever machine the bundle is made on."""


def pins(names: Iterable[str], *, python: str, without: Iterable[str] = ()) -> list[str]:
    """Return `name==version` of these requirements and all they need on Linux, by name.

    `python` is the version in the image, `3.11`. A package that is not installed here, because it is for Linux only,
    keeps the range that asks for it.
    """
    environment = {**LINUX, "python_version": python, "python_full_version": f"{python}.0"}
    left_out = {canonicalize_name(name) for name in without}
    found: dict[str, str] = {}
    seen: dict[str, set[str]] = {}
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        new = ({""} | set(wanted.extras)) - seen.get(name, set())
        if name in left_out or not new:
            continue
        seen.setdefault(name, set()).update(new)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            found[name] = f"{name}{wanted.specifier}"
            continue
        found[name] = f"{name}=={installed.version}"
        for line in installed.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({**environment, "extra": extra}) for extra in new):
                waiting.append(needed)
    return sorted(found.values())
