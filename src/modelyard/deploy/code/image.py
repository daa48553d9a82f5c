"""Where the files of an image come from: its COPY instructions read backwards, and what `.dockerignore` keeps out."""

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from modelyard.deploy.code.docker import Dockerfile, Instruction, Stage

MAX_PLACED = 20_000
"""Files that one glob of COPY may name."""


@dataclass(frozen=True)
class Copied:
    """One source of a COPY or ADD instruction, and where it goes."""

    source: str
    """In the context, or in another stage; without `./`."""
    destination: str
    """In the image, absolute; the file itself, or the folder that takes the folder's content."""
    is_folder: bool
    stage: Stage | None
    """The stage it is taken from; None for the context."""
    instruction: Instruction


class ImageFiles:
    """What the last stage of an image holds of the code base."""

    def __init__(self, dockerfile: Dockerfile, context: Mapping[str, str]) -> None:
        """`context` gives, for each path in the build's context, the path in the code base (`""` for what is made)."""
        self.dockerfile = dockerfile
        self.context = context

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder of the context that holds a file; `""` is the context itself."""
        return frozenset(parent for path in self.context for parent in _parents(path)) | {""}

    @cached_property
    def copied(self) -> tuple[Copied, ...]:
        """What the last stage copies, in the order of its instructions."""
        return tuple(self._copied_by(self.dockerfile.last))

    def source(self, path: str, stage: Stage | None = None) -> str | None:
        """Return the path in the code base of a file of the image (or of one stage); None when nothing says it."""
        found = self._in_context(posixpath.normpath(path), stage or self.dockerfile.last, frozenset())
        return (self.context.get(found) or None) if found is not None else None

    def folder_source(self, path: str) -> str | None:
        """Return the folder of the context that a folder of the image is copied from; `""` is the context itself."""
        wanted = posixpath.normpath(path)
        for one in reversed(self.copied):
            if one.stage is None and one.is_folder and (rest := _below(wanted, one.destination)) is not None:
                folder = posixpath.normpath(posixpath.join(one.source, rest)) if rest or one.source else ""
                folder = "" if folder == "." else folder
                if folder in self.folders:
                    return folder
        return None

    def takes(self, path: str) -> bool:
        """Say whether COPY brings a file of the context into the image; other stages may bring anything."""
        for one in self.copied:
            if one.stage is not None or _below(path, one.source) is not None or not one.source or one.source == ".":
                return True
        return False

    def _in_context(self, path: str, stage: Stage, seen: frozenset[int]) -> str | None:
        if id(stage) in seen:
            return None
        for one in reversed(list(self._copied_by(stage))):
            rest = _below(path, one.destination) if one.is_folder else "" if path == one.destination else None
            if rest is None:
                continue
            source = posixpath.normpath(posixpath.join(one.source, rest)) if rest else one.source
            if one.stage is not None:
                found = self._in_context(f"/{source}", one.stage, seen | {id(stage)})
            else:
                found = source if source in self.context else None
            if found is not None:
                return found
        return None

    def _copied_by(self, stage: Stage) -> Iterable[Copied]:
        for instruction in stage.every("COPY", "ADD"):
            if len(instruction.expanded) < 2:
                continue
            *sources, target = instruction.expanded
            destination = posixpath.normpath(posixpath.join(instruction.workdir, target))
            is_into = target.endswith("/") or target in (".", "./", "..") or len(sources) > 1
            origin = self.dockerfile.stage(instruction.flags["from"]) if "from" in instruction.flags else None
            if "from" in instruction.flags and origin is None:
                continue
            for source in sources:
                yield from self._placed(source, destination, is_into, origin, instruction)

    def _placed(
        self, source: str, destination: str, is_into: bool, origin: Stage | None, instruction: Instruction
    ) -> Iterable[Copied]:
        if source.startswith("<<") or "://" in source:
            return
        clean = posixpath.normpath(posixpath.join("/", source)).lstrip("/")
        if origin is not None:
            yield Copied(clean, destination, True, origin, instruction)
            return
        names = [clean] if not _is_glob(clean) else sorted(self.matching(clean))[:MAX_PLACED]
        for name in names:
            if name in self.context:
                to_folder = is_into or _is_glob(clean)
                yield Copied(
                    name,
                    posixpath.join(destination, posixpath.basename(name)) if to_folder else destination,
                    False,
                    None,
                    instruction,
                )
            elif name in self.folders:
                yield Copied(name, destination, True, None, instruction)

    def matching(self, pattern: str) -> set[str]:
        """Return the files and folders of the context that a source of COPY names."""
        clean = posixpath.normpath(posixpath.join("/", pattern)).lstrip("/")
        if not _is_glob(clean):
            return {clean} & (self.context.keys() | self.folders) if clean else {""}
        depth = clean.count("/")
        return {
            name
            for name in (*self.context, *self.folders)
            if name and name.count("/") == depth and fnmatch.fnmatchcase(name, clean)
        }


def _is_glob(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _parents(path: str) -> Iterable[str]:
    while "/" in path:
        path = path.rsplit("/", 1)[0]
        yield path


def _below(path: str, folder: str) -> str | None:
    """Return the rest of a path below a folder, `""` for the folder itself, None when it lies elsewhere."""
    if path == folder:
        return ""
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path[len(prefix) :] if path.startswith(prefix) else None


class DockerIgnore:
    """The patterns of a `.dockerignore`: the last one that matches decides, `!` takes back in."""

    def __init__(self, text: str) -> None:
        self.patterns = [_compiled(line.strip()) for line in text.splitlines() if _is_pattern(line.strip())]

    def keeps_out(self, path: str) -> bool:
        """Say whether a path of the context does not reach the build."""
        is_out = False
        for is_negated, pattern in self.patterns:
            if pattern is not None and pattern.match(path):
                is_out = not is_negated
        return is_out


def _is_pattern(line: str) -> bool:
    return bool(line) and not line.startswith("#")


def _compiled(line: str) -> tuple[bool, re.Pattern[str] | None]:
    is_negated = line.startswith("!")
    clean = posixpath.normpath(line.lstrip("!").strip().lstrip("/") or ".")
    if clean in (".", "..") or len(clean) > 500:
        return is_negated, None
    parts = []
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", clean):
        if part == "**/":
            parts.append("(?:[^/]+/)*")
        elif part == "**":
            parts.append(".*")
        elif part == "*":
            parts.append("[^/]*")
        elif part == "?":
            parts.append("[^/]")
        elif part.startswith("[") and len(part) > 2:
            parts.append(f"[{part[1:-1].replace(chr(92), '')}]")
        else:
            parts.append(re.escape(part))
    try:
        return is_negated, re.compile("".join(parts) + r"(?:/.*)?\Z", re.DOTALL)
    except re.error:
        return is_negated, None
