"""DK003: COPY takes everything, and nothing keeps anything out."""

import posixpath
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

TEXT = """\
.git
.github
.env*
!.env.example
.venv
venv
__pycache__
*.pyc
.pytest_cache
.mypy_cache
node_modules
*.db
*.sqlite3
tests
"""


class DK003(Rule):
    """COPY takes everything, and nothing keeps anything out.

    **What it does.** Looks for `COPY .` or `ADD .` in a build whose context has no `.dockerignore`.

    **Why it matters.** Local `.env` files, `.git`, virtual environments and `node_modules` go into the image: it grows,
    its layers are never cached, and secrets can be read by whoever pulls it.

    **How to fix.** Add a `.dockerignore` beside the Dockerfile's context, or copy only what is needed.

    **Limits.** Whether such files lie there today is not asked: they come sooner or later.
    """

    kind: Literal["DK003"] = "DK003"
    title: ClassVar[str] = "COPY . without .dockerignore"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the images that copy everything."""
        for image in images_of(project):
            whole = [one for stage in image.dockerfile.stages for one in stage.instructions if one.takes_all]
            if not whole:
                continue
            ignore = image.context.ignore_file or project.code.get(f"{image.dockerfile.file.path}.dockerignore")
            if ignore is not None:
                yield self.passed(ignore.span(), f"{ignore.path} keeps files out of the build")
                continue
            yield self.finding(
                [one.span for one in whole],
                f"{whole[0].name} . takes all of the context, and there is no .dockerignore.",
                platforms=image.platforms,
                fix=Fix(kind="suggested", text="Add a .dockerignore.", edits=(_edit(image),)),
            )


def _edit(image: Image) -> Edit:
    """Return the edit that makes the file; what an instruction copies by name is not left out."""
    copied = {
        source.strip("./").partition("/")[0]
        for stage in image.dockerfile.stages
        for one in stage.instructions
        if one.name == "COPY"
        for source in one.expanded[:-1]
    }
    lines = [line for line in TEXT.splitlines() if line not in copied]
    path = posixpath.join(image.dockerfile.context, ".dockerignore")
    return Edit(file=path, text="\n".join(lines) + "\n", creates=True)
