"""Applications that a start command names and that are not there: the module, or the name in it."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.finding import Platform, Span
from modelyard.deploy.project.commands import APPLICATION
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Deployable

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

FOLDERS = ("app-dir", "chdir", "pythonpath", "config", "c")
"""Options that say where modules lie, or that may."""
PLACES = re.compile(r"\b(?:mv|cp|ln|rsync|tar|unzip)\s|\bgit\s+clone\b|\.pth\b")
"""What a step of a build brings files with that COPY did not."""
SERVERS = ("uvicorn", "gunicorn", "hypercorn")


@dataclass(frozen=True)
class Unstarted:
    """One start command whose application cannot be found."""

    spans: tuple[Span, ...]
    said: str
    """What is missing, to be read after the name of the deployable."""
    chain: tuple[str, ...]
    platform: Platform


def unstarted(project: "Project") -> Iterator[Unstarted]:
    """Yield the declared services whose server is told to run what the code base does not have."""
    for one in project.deployables:
        if not one.is_declared or one.is_added_to or one.command is None or one.entry is None:
            continue
        if one.entry.server not in SERVERS:
            continue
        if (named := _named(one)) is None:
            continue
        module, name = named
        if one.entry.module is None or _is_elsewhere(project, one, module, one.entry.module):
            found = _no_module(project, one, module)
        else:
            found = _no_name(project, one, module, name)
        if found is not None:
            said, places = found
            yield Unstarted((one.command.span, *places), said, one.command.chain, one.platform)


def _named(one: Deployable) -> tuple[str, str] | None:
    """Return module and name of the application that the command states, `None` when it states none."""
    words = one.command.words if one.command is not None else ()
    stated = next((word for word in words[1:] if APPLICATION.fullmatch(word)), None)
    if stated is None:
        return None
    module, _, name = stated.partition(":")
    return module, name.partition("(")[0].partition(".")[0]


def _no_module(project: "Project", one: Deployable, module: str) -> tuple[str, tuple[Span, ...]] | None:
    """Return what to say of a module that is not where the server looks; None where something else may bring it."""
    first = module.partition(".")[0]
    if one.dockerfile is not None and any("from" in each.flags for each in one.dockerfile.last.every("COPY", "ADD")):
        return None
    if project.requirements(one).has(first.replace("_", "-")):
        return None
    ending = module.replace(".", "/")
    names = (f"/{ending}.py", f"/{ending}/__init__.py")
    near = [path for path in project.code.files if f"/{path}".endswith(names)]
    if near and (len(near) > 1 or project.code.named("setup.py", "pyproject.toml", "setup.cfg")):
        return None
    where = f"; there is {near[0]}, which is not where it looks" if near else ""
    return f"starts {module}, and there is no such module{where}", tuple(
        project.code.files[path].span() for path in near
    )


def _is_elsewhere(project: "Project", one: Deployable, module: str, path: str) -> bool:
    """Say whether the only file of that name lies where the server does not look, as far as its folder is known."""
    command, entry = one.command, one.entry
    if command is None or entry is None or any(option in entry.options for option in FOLDERS):
        return False
    if "PYTHONPATH" in (command.environment or {}) or any(name == "PYTHONPATH" for name, _ in one.environment):
        return False
    ending = module.replace(".", "/")
    names = (f"{ending}.py", f"{ending}/__init__.py")
    if one.dockerfile is None:
        within = [posixpath.normpath(posixpath.join(command.folder, name)) for name in names]
        return one.shape == "python" and one.staged is None and path not in within
    if any(PLACES.search(text) for each in one.dockerfile.last.every("RUN") for text in (*each.words, *each.heredocs)):
        return False
    image = context_of(project.code, one).image(one.dockerfile)
    if image.folder_source(command.folder) is None:
        return False
    return not any(image.source(posixpath.join(command.folder, name)) for name in names)


def _no_name(project: "Project", one: Deployable, path: str, name: str) -> tuple[str, tuple[Span, ...]] | None:
    """Return what to say of a name that its module does not bind when it is imported; None when it may."""
    held = one.entry.module if one.entry is not None else None
    module = project.python.module(held) if held else None
    if module is None or "import *" in module.file.text or "__getattr__" in module.file.text:
        return None
    bound = module.scopes.bindings[module.tree]
    if "globals()" in module.file.text or any(
        project.python.is_live(module, each.node) for each in bound.get(name, ())
    ):
        return None
    return f"starts {path}:{name}, and {module.file.path} has no {name} when it is imported", (module.file.span(),)
