"""RD006: a service on Render's free plan imports what does not fit its memory."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Module, PythonCode
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.memory import loadings
from modelyard.deploy.project.needs import brought
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

HEAVY = {
    "torch": 220,
    "torchvision": 260,
    "torchaudio": 260,
    "tensorflow": 400,
    "keras": 400,
    "transformers": 300,
    "sentence_transformers": 450,
    "diffusers": 400,
    "easyocr": 400,
    "whisper": 350,
    "faster_whisper": 250,
    "ultralytics": 350,
    "flair": 400,
    "fastai": 350,
    "paddleocr": 400,
    "paddle": 300,
    "autogluon": 400,
    "jax": 200,
    "bertopic": 450,
    "setfit": 450,
    "vllm": 500,
    "deepface": 450,
    "tensorflow_hub": 420,
    "open_clip": 300,
    "TTS": 400,
}
"""Memory in MB that importing a package takes at least, before any model: measured or told by its users."""
PACKAGES = {"whisper": "openai-whisper", "paddle": "paddlepaddle", "open_clip": "open-clip-torch", "TTS": "coqui-tts"}
"""What packages are called where they are installed, when that is not their name in code."""
ONLY_WITH_MODELS = {"transformers", "keras"}
"""Packages that load their engine only when it is installed."""


WRAPPERS = ("HuggingFaceEmbedding", "HuggingFaceBgeEmbeddings", "SentenceTransformerEmbedding")
"""Classes of other packages that load sentence-transformers when they are made."""


class RD006(Rule):
    """A service on Render's free plan imports what does not fit its memory.

    **What it does.** Follows the imports from what the service starts, and names packages that bring a deep-learning
    engine with them (PyTorch, TensorFlow, sentence-transformers, …).

    **Why it matters.** The free instance has 512 MB. Such a package takes 200 to 450 MB before a model is loaded: the
    process is killed at start or at the first request, and the deploy fails with "out of memory".

    **How to fix.** Move the model behind an API: a Space, or a hosted provider called over HTTPS. Or export it to ONNX,
    and serve it with onnxruntime.

    **Limits.** Imports within functions count when something calls them; the sizes are of CPU builds.
    """

    kind: Literal["RD006"] = "RD006"
    title: ClassVar[str] = "Too heavy for 512 MB"
    group: ClassVar[str] = "Render"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("render",)
    facts: ClassVar[tuple[str, ...]] = ("render_free_memory",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each free service that imports something heavy."""
        for one in project.on("render"):
            if one.entry is None or one.entry.module is None or not _is_free(one):
                continue
            found = list(_heavy(project, one))
            if found:
                yield self._finding(project.python, one, found)
            else:
                yield self.passed(one.entry.spans[0], f"{one.name} imports no deep-learning engine")

    def _finding(self, python: PythonCode, one: Deployable, found: list[tuple[str, Span, Module, bool]]) -> Said:
        found.sort(key=lambda each: (not each[3], each[0] in ONLY_WITH_MODELS))
        name, _, module, is_at_start = found[0]
        names = ", ".join(dict.fromkeys(each[0] for each in found))
        when = "at start" if is_at_start else "when a request first needs it"
        return self.finding(
            [each[1] for each in found],
            f"{one.name} imports {names} {when}; {name} alone takes about {HEAVY[name]} MB of the "
            f"{fact('render_free_memory').value} MB.",
            severity=None if one.is_declared and is_at_start else "warning",
            confidence=0.9 if is_at_start else 0.7,
            chain=python.chain(module),
            fix=Fix(text="Move the model to a Space or a hosted API and call it over HTTPS, or serve it as ONNX."),
        )


def _is_free(one: Deployable) -> bool:
    return str((one.settings or {}).get("plan") or "free").lower() == "free"


def _heavy(project: Project, one: Deployable) -> Iterator[tuple[str, Span, Module, bool]]:
    """Yield package, place, module and whether it is imported at start, of what this service alone reaches."""
    python = project.python
    asked = project.requirements(one)
    paths = brought(project, one)
    for load in loadings(project):
        call = load.loader.call
        if load.deployable is one and call.name.rpartition(".")[2].startswith(WRAPPERS):
            is_at_start = load.loader.is_import_time or _is_called_at_start(python, call)
            yield "sentence_transformers", call.span, call.module, is_at_start
    for module in python.reached:
        for name, node, is_guarded in python.imports(module) if module.file.path in paths else ():
            is_left_out = is_guarded and not asked.has(PACKAGES.get(name, name.replace("_", "-")))
            if name in HEAVY and not is_left_out and python.is_live(module, node):
                function = module.scopes.function(node)
                yield name, module.span(node), module, function is None or function in project.startup.functions


def _is_called_at_start(python: PythonCode, call: Call) -> bool:
    """Say whether a module calls the function that a call stands in while it is imported."""
    if call.function is None:
        return True
    name = python.naming.qualified(call.function, call.module)
    return any(one.function is None for one in python.calls(name))
