"""Writes that fail on a Space, because user 1000 may not write there."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.project.images import Image
from modelyard.deploy.project.owning import Ownership
from modelyard.deploy.project.writes import Write, writes_of

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

MOUNTED = ("/data", "/mnt", "/media", "/proc", "/sys")
"""Where something else than the image decides who may write."""


@dataclass(frozen=True)
class Unwritable:
    """One such write."""

    write: Write
    path: str
    """In the image, absolute."""


def unwritable_writes(project: "Project", image: Image) -> Iterator[Unwritable]:
    """Yield the live writes below root's folders of an image, those that a handler catches left out."""
    command = image.first.command
    if command is None or "hf" not in image.platforms:
        return
    owning = Ownership(image.dockerfile)
    started = {path for path, _ in image.first.python_files}
    reached = frozenset().union(*(project.python.beneath(path) for path in started)) if started else frozenset()
    read = {one.name for one in project.python.environment}
    given = {name: value for name, value in image.dockerfile.last.environment.items() if name in read}
    for write in writes_of(project, given):
        if write.call.module.file.path not in reached or write.is_guarded or write.path.startswith("~"):
            continue
        path = posixpath.normpath(posixpath.join(command.folder, write.path))
        if ":" in path or path.startswith(MOUNTED) or _may_write(owning, image, path):
            continue
        if write.may_exist and image.files.folder_source(path) is not None:
            continue
        yield Unwritable(write, path)


def _may_write(owning: Ownership, image: Image, path: str) -> bool:
    is_copied = image.files.source(path) is not None
    in_copied = image.files.folder_source(posixpath.dirname(path)) is not None
    return owning.may_write(path, is_copied=is_copied, in_copied=in_copied)
