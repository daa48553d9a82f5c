"""DK006: what only the build needs is left in the image."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import present, replaced
from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.code.installing import installs_in
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.owning import commands_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

BUILD_TOOLS = ("build-essential", "gcc", "g++", "make", "cmake", "python3-dev", "libpq-dev", "rustc", "cargo")


class DK006(Rule):
    """What only the build needs is left in the image.

    **What it does.** Looks in the last stage for `pip install` that keeps its downloads, and for compilers that `apt`
    installs and nothing removes.

    **Why it matters.** Hundreds of megabytes that are pushed, pulled and unpacked before every start.

    **How to fix.** `pip install --no-cache-dir` (or a cache mount), and compilers in a stage of their own.

    **Limits.** A program that compiles at run time needs its compiler.
    """

    kind: Literal["DK006"] = "DK006"
    title: ClassVar[str] = "Build leftovers in the image"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield caches and compilers of each image."""
        for image in images_of(project):
            runs = list(image.dockerfile.last.every("RUN"))
            yield from self._caches(image, runs)
            yield from self._tools(image, runs)

    def _caches(self, image: Image, runs: list[Instruction]) -> Iterator[Said]:
        for run in runs:
            text = "\n".join(run.heredocs) if run.heredocs else " ".join(run.words)
            kept = [
                one
                for one in installs_in(text, environment=dict(run.environment))
                if one.tool == "pip" and one.keeps_cache
            ]
            if not kept or "type=cache" in run.flags.get("mount", ""):
                continue
            file = image.dockerfile.file
            lines = range(run.span.line, run.span.end_line + 1)
            bare = [n for n in lines if re.search(r"\bpip install\b(?!.*--no-cache-dir)", file.lines[n - 1])]
            edits = present(*(replaced(file, line, "pip install", "pip install --no-cache-dir") for line in bare))
            yield self.finding(
                run.span,
                "pip keeps what it downloaded in the image.",
                platforms=image.platforms,
                fix=Fix(kind="safe" if edits else "none", text="Install with --no-cache-dir.", edits=edits),
            )

    def _tools(self, image: Image, runs: list[Instruction]) -> Iterator[Said]:
        commands = [(run, command) for run in runs for command in commands_of(run)]
        removed = {
            word
            for _, command in commands
            if {"purge", "remove", "autoremove", "del"} & set(command.words[1:3])
            for word in command.words
        }
        for run, command in commands:
            if command.program not in ("apt-get", "apt", "apk") or not {"install", "add"} & set(command.words[1:4]):
                continue
            tools = [word for word in command.words if word in BUILD_TOOLS and word not in removed]
            if tools:
                yield self.finding(
                    run.span,
                    f"{', '.join(tools)} stays in the image.",
                    platforms=image.platforms,
                    fix=Fix(text="Compile in a first stage and copy the result: `COPY --from=build`."),
                )
