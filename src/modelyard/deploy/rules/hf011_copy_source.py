"""HF011: COPY names what the build's context does not hold."""

import posixpath
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.finding import Fix, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class HF011(Rule):
    """COPY names what the build's context does not hold.

    **What it does.** Looks for each source of COPY and ADD among the files that reach the build: those git keeps in the
    folder (or those a workflow stages), less what `.dockerignore` keeps out.

    **Why it matters.** The build stops at that line, on the platform, though it may work where the file lies about
    untracked.

    **How to fix.** Correct the path, track the file, or take it out of `.dockerignore`.

    **Limits.** Patterns with `*`, sources with variables that only the build knows, addresses and other stages are not
    looked up.
    """

    kind: Literal["HF011"] = "HF011"
    title: ClassVar[str] = "COPY source missing"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "error"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the missing sources of each image."""
        for image in images_of(project):
            missing = list(_missing(image))
            n_sources = sum(1 for _ in _sources(image))
            if not image.first.is_declared and len(missing) * 2 > n_sources:
                yield self.skipped(f"{image.dockerfile.file.path} is built from a folder that nothing names")
                continue
            for instruction, source in missing:
                yield self._finding(image, instruction, source)
            if n_sources and not missing:
                copies = list(image.dockerfile.last.every("COPY", "ADD")) or list(image.dockerfile.last.instructions)
                yield self.passed(copies[0].span, "every source of COPY is in the context")

    def _finding(self, image: Image, instruction: Instruction, source: str) -> Said:
        path = posixpath.normpath(source.lstrip("/"))
        full = posixpath.join(image.dockerfile.context, path)
        if path in image.context.uploaded or any(one.startswith(f"{path}/") for one in image.context.uploaded):
            why, advice = ".dockerignore keeps it out", "Take it out of .dockerignore."
        elif full in image.code.files or image.code.has_folder(full):
            why, advice = "git does not keep it", "Track it, or make it in the build."
        else:
            where = image.dockerfile.context or "the top"
            why, advice = f"it is not in the build's context ({where})", "Correct the path; it begins at the context."
        return self.finding(
            instruction.span,
            f"{instruction.name}{' --mount' if instruction.name == 'RUN' else ''} {source}: {why}, so the build stops.",
            confidence=0.95 if image.first.is_declared else 0.7,
            severity=None if image.first.is_declared else "warning",
            platforms=image.platforms,
            fix=Fix(text=advice),
        )


def _sources(image: Image) -> Iterator[tuple[Instruction, str]]:
    """Yield the sources that are looked up."""
    used = image.dockerfile.stages
    for stage in used:
        for one in stage.instructions:
            sources = list(_bound(one)) if one.name == "RUN" else list(one.expanded[:-1])
            if one.name not in ("COPY", "ADD", "RUN") or "from" in one.flags:
                continue
            for source in sources:
                if not any(sign in source for sign in "*?[$") and not source.startswith("<<") and "://" not in source:
                    yield one, source


def _bound(run: Instruction) -> Iterator[str]:
    """Yield the files of the context that `RUN --mount=type=bind` lends to a command."""
    for mount in run.flags.get("mount", "").splitlines():
        options = dict(part.partition("=")[::2] for part in mount.split(","))
        if options.get("type", "bind") == "bind" and "from" not in options:
            yield options.get("source") or options.get("src") or ""


def _missing(image: Image) -> Iterator[tuple[Instruction, str]]:
    for one, source in _sources(image):
        path = posixpath.normpath(posixpath.join("/", source)).lstrip("/")
        if path and path not in image.files.context and path not in image.files.folders:
            yield one, source
