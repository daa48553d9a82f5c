"""DK009: the base image changes under the Dockerfile."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.docker import Stage
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PYTHON_MINOR = re.compile(r"^\d+\.\d+")
BINARY = frozenset(
    {
        "numpy",
        "pandas",
        "scipy",
        "scikit-learn",
        "torch",
        "tensorflow",
        "psycopg2-binary",
        "pillow",
        "lxml",
        "pydantic-core",
    }
    | {"asyncpg", "lightgbm", "xgboost", "catboost", "opencv-python", "opencv-python-headless", "faiss-cpu", "grpcio"}
)


class DK009(Rule):
    """The base image changes under the Dockerfile.

    **What it does.** Looks at the image each stage begins from: no tag, `latest`, or Python without its minor version.

    **Why it matters.** The next build may run on another Python. With pinned packages that are compiled for one version
    (NumPy, torch, psycopg2) nothing installs then: an error in that case.

    **How to fix.** Name the minor version: `python:3.12-slim`.

    **Limits.** Digests count as fixed; tags that a build argument gives are judged by its default.
    """

    kind: Literal["DK009"] = "DK009"
    title: ClassVar[str] = "Floating base image"
    group: ClassVar[str] = "Containers and packages"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")

    def check(self, project: Project) -> Iterator[Said]:
        """Yield the base of each stage that is used."""
        for image in images_of(project):
            for stage in image.dockerfile.stages:
                if stage.before is not None or stage.base == "scratch" or "$" in stage.base:
                    continue
                if not _floats(stage.base):
                    if stage.image == image.dockerfile.last.image:
                        yield self.passed(stage.span, f"begins from {stage.base}")
                    continue
                yield self._finding(project, image, stage)

    def _finding(self, project: Project, image: Image, stage: Stage) -> Said:
        pinned = _pinned_binaries(project, image) if "python" in stage.base else []
        tail = f": {', '.join(pinned[:3])} are pinned for one Python" if pinned else ""
        name = stage.base.partition(":")[0]
        example = f"{name}:3.12-slim" if name.endswith("python") else f"{name}:VERSION"
        return self.finding(
            stage.span,
            f"{stage.base} is another image tomorrow{tail}.",
            severity="error" if pinned else "warning",
            platforms=image.platforms,
            fix=Fix(text=f"Name the version you have tested: `FROM {example}`."),
        )


def _floats(base: str) -> bool:
    if "@sha256:" in base:
        return False
    name, _, tag = base.rpartition("/")[2].partition(":")
    if tag in ("", "latest"):
        return True
    return name == "python" and PYTHON_MINOR.match(tag) is None


def _pinned_binaries(project: Project, image: Image) -> list[str]:
    found = project.requirements(image.first)
    pinned = {one.name for one in found.asked if one.specifier.startswith("==")} | found.locked.keys()
    return sorted(pinned & BINARY)
