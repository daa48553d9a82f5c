"""Where a command finds its files: in an image that COPY filled, or in a folder of the code base."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.image import ImageFiles


class Places(Protocol):
    """Finds the files of the code base that a command names."""

    @property
    def code(self) -> CodeBase:
        """The code base."""

    @property
    def start(self) -> str:
        """The folder that commands begin in."""

    @property
    def also(self) -> tuple[str, ...]:
        """Other folders that a program may begin in, when nothing names the one."""

    def find(self, path: str, folder: str) -> SourceFile | None:
        """Return the file at a path, seen from a folder that a command runs in."""


@dataclass(frozen=True)
class InImage:
    """An image: paths are the container's."""

    code: CodeBase
    image: ImageFiles

    @property
    def start(self) -> str:
        """The working directory of the last stage."""
        return self.image.dockerfile.last.workdir

    @property
    def also(self) -> tuple[str, ...]:
        """The folders that COPY fills, when no WORKDIR is set and the base image's own is not known."""
        if self.start != "/":
            return ()
        return tuple(dict.fromkeys(one.destination for one in self.image.copied if one.is_folder))

    def find(self, path: str, folder: str) -> SourceFile | None:
        """Return the file that COPY brought there."""
        source = self.image.source(posixpath.join(folder, path))
        return self.code.files.get(source) if source else None


@dataclass(frozen=True)
class InFolder:
    """A folder of the code base that a platform runs as it is, possibly staged from elsewhere."""

    code: CodeBase
    root: str
    staged: Mapping[str, str] | None = None

    @property
    def start(self) -> str:
        """The folder itself."""
        return self.root

    @property
    def also(self) -> tuple[str, ...]:
        """None: the folder is known."""
        return ()

    def find(self, path: str, folder: str) -> SourceFile | None:
        """Return the file there; nothing above the folder is found."""
        joined = posixpath.normpath(posixpath.join(folder, path))
        if self.staged is not None:
            return self.code.files.get(self.staged.get(joined, ""))
        if joined.startswith(("/", "..")):
            return None
        return self.code.files.get(joined)


def module_file(places: Places, module: str, folders: tuple[str, ...]) -> SourceFile | None:
    """Return the file of a dotted module, looked for from these folders in turn."""
    parts = module.replace(".", "/")
    if not parts or parts.startswith("/"):
        return None
    for folder in (*folders, *places.also):
        for path in (f"{parts}.py", f"{parts}/__init__.py", f"src/{parts}.py", f"src/{parts}/__init__.py"):
            if (found := places.find(path, folder)) is not None:
                return found
    return _only_one(places.code, parts)


def _only_one(code: CodeBase, parts: str) -> SourceFile | None:
    """Return the one file of the code base whose path ends like the module; None when there are several, or none."""
    if "/" not in parts:
        return None
    found = [
        file for path, file in code.files.items() if f"/{path}".endswith((f"/{parts}.py", f"/{parts}/__init__.py"))
    ]
    return found[0] if len(found) == 1 else None
