"""VC002: vercel.json asks for builds of the old kind, or for a Python function that is too large."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.positions import Placed, read_json
from modelyard.deploy.code.web.apps import is_example
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

HEAVY = {
    *("torch", "torchvision", "tensorflow", "transformers", "sentence-transformers", "xgboost", "catboost", "spacy"),
    *("jax", "onnxruntime", "opencv-python", "autogluon", "keras", "paddlepaddle", "pyspark", "faiss-cpu", "chromadb"),
}
"""Packages that, with what they bring along, fill a function by themselves."""


class VC002(Rule):
    """vercel.json asks for builds of the old kind, or for a Python function that is too large.

    **What it does.** Reads `builds` and `routes` of `vercel.json`, and the requirements of what `@vercel/python`
    would carry.

    **Why it matters.** With `builds` the settings of the project are ignored and nothing is detected. A function may
    hold a fixed amount unpacked: torch alone is more, so the deployment fails at its end; and no function keeps a
    model in memory between calls for long.

    **How to fix.** Use `rewrites` and the project's own settings. Move Python that loads models to a Space or to
    Render, and leave the front end on Vercel.

    **Limits.** The size is judged by the names of well-known packages, not measured.
    """

    kind: Literal["VC002"] = "VC002"
    title: ClassVar[str] = "Old builds, or a heavy Python function"
    group: ClassVar[str] = "Vercel"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("vercel",)
    facts: ClassVar[tuple[str, ...]] = ("vercel_function_mb",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per vercel.json, and one per function that is too large."""
        for file in (one for one in project.code.named("vercel.json") if not is_example(one.folder)):
            placed = read_json(file)
            if isinstance(placed, str):
                yield self.skipped(f"{file.path} cannot be read: {placed}")
            elif isinstance(placed.data, dict):
                yield from self._old(file, placed)
        for one in project.on("vercel"):
            if one.shape == "functions":
                yield from self._heavy(project, one)

    def _old(self, file: SourceFile, placed: Placed) -> Iterator[Said]:
        old = [key for key in ("builds", "routes") if key in placed.data]
        if old:
            yield self.finding(
                [placed.span(key) for key in old],
                f"{' and '.join(old)} switch off what Vercel detects: settings of the project are ignored.",
                confidence=0.9,
                fix=Fix(text="Use rewrites, headers and functions, and the project's own settings for the build."),
            )
        else:
            yield self.passed(file.span(), "vercel.json has no builds of the old kind.")

    def _heavy(self, project: Project, functions: Deployable) -> Iterator[Said]:
        asked = [one for one in project.requirements(functions).asked if one.name in HEAVY]
        if asked:
            names = ", ".join(one.name for one in asked)
            yield self.finding(
                [one.span for one in asked],
                f"{names} do not fit into a function: {fact('vercel_function_mb').value} MB unpacked is the limit.",
                severity="error",
                confidence=0.85,
                fix=Fix(text="Move the Python to a Space or to Render, and leave the front end on Vercel."),
                blocks=True,
            )
