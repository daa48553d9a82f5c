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
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""Has the builds of PyTorch without CUDA, `2.13.0+cpu`, which the usual index does not have: 200 MB instead of 3 GB."""
NEVER_CALLED = ("graphviz", "plotly")
"""CatBoost asks for them to draw in notebooks; nothing of the yard does."""


def pins(names: Iterable[str], *, python: str, without: Iterable[str] = (), bare: Iterable[str] = ()) -> list[str]:
    """Return `name==version` of these requirements and all they need on Linux, by name.

    `python` is the version in the image, `3.11`; `bare` are more requirements, as they are and without what they need.
    A package that is not installed here, because it is for Linux only, keeps the range that asks for it.
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
    for line in bare:
        found.setdefault(canonicalize_name(Requirement(line).name), line)
    return sorted(found.values())


def requirements_file(lines: Iterable[str]) -> str:
    """Return the text of a `requirements.txt` with these pins, and where those are that need an index of their own."""
    lines = list(lines)
    options = [f"--extra-index-url {CPU_INDEX}"] if any(line.endswith("+cpu") for line in lines) else []
    return "".join(f"{line}\n" for line in (*options, *lines))
