"""DK005: the order of layers defeats the cache."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.docker import Instruction, Stage
from modelyard.deploy.code.installing import installs_in
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.images import images_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said


class DK005(Rule):
    """The order of layers defeats the cache.

    **What it does.** Looks for a stage that copies the whole context before it installs packages from a file.

    **Why it matters.** Every change of any file installs everything again: minutes instead of seconds with each push.

    **How to fix.** Copy the requirements alone, install, then copy the rest.

    **Limits.** An install of the project itself (`pip install .`) needs the sources and is left out.
    """

    kind: Literal["DK005"] = "DK005"
    title: ClassVar[str] = "Layer order defeats the cache"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "info"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the stages that copy first."""
        for image in images_of(project):
            for stage in image.dockerfile.stages:
                pair = _whole_before_install(stage)
                if pair is not None:
                    copy, install = pair
                    yield self.finding(
                        [copy.span, install.span],
                        f"All files are copied before packages are installed in line {install.span.line}.",
                        platforms=image.platforms,
                        fix=Fix(text="Copy the requirements first, install them, then copy the rest."),
                    )


def _whole_before_install(stage: Stage) -> tuple[Instruction, Instruction] | None:
    copied: Instruction | None = None
    for one in stage.instructions:
        if one.takes_all:
            copied = copied or one
        elif one.name == "RUN" and copied is not None:
            text = "\n".join(one.heredocs) if one.heredocs else " ".join(one.words)
            if any(install.files for install in installs_in(text)):
                return copied, one
    return None
