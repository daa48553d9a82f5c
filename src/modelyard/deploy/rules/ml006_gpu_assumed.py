"""ML006: a GPU is assumed where there is none."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call, Folded
from modelyard.deploy.code.python.coming import comes_to
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.databases import situations
from modelyard.deploy.project.memory import has_gpu
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

MOVES: dict[str, tuple[int, str]] = {
    ".to": (0, "device"),
    "torch.device": (0, "type"),
    "torch.set_default_device": (0, "device"),
    "torch.load": (99, "map_location"),
    ".from_pretrained": (99, "device_map"),
    "transformers.pipeline": (99, "device"),
    "sentence_transformers.SentenceTransformer": (99, "device"),
    "sentence_transformers.CrossEncoder": (99, "device"),
    "faster_whisper.WhisperModel": (99, "device"),
    "whisper.load_model": (1, "device"),
    ".predict": (99, "device"),
}
"""Calls that put something on a device: position and keyword of it."""
HARDWARE = re.compile(r"cuda|gpu|device|accelerator", re.IGNORECASE)
MAX_SHOWN = 60
FALLBACK = '"cuda" if torch.cuda.is_available() else "cpu"'


class ML006(Rule):
    """A GPU is assumed where there is none.

    **What it does.** Looks for `.cuda()` and for devices that fold to `cuda` whatever the host has (`.to("cuda")`,
    `device="cuda"`, `device_map="cuda"`, a default of the environment), outside of a check for a GPU.

    **Why it matters.** Free hosts have no GPU: `Found no NVIDIA driver on your system`, or `Torch not compiled with
    CUDA enabled`, at start or at the first request.

    **How to fix.** `device = "cuda" if torch.cuda.is_available() else "cpu"`.

    **Limits.** Spaces that ask for a GPU, or are written for ZeroGPU, are left out. A `try` around it is a check too.
    """

    kind: Literal["ML006"] = "ML006"
    title: ClassVar[str] = "GPU assumed"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "error"
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each call that puts something on a GPU unasked."""
        for call, node in _moves(project):
            if project.startup.is_guarded(call):
                continue
            platforms = self._platforms(call, node, project)
            if not platforms:
                continue
            edits = _edits(call, node)
            yield self.finding(
                call.span,
                f"`{_shown(call)}` uses a GPU without asking whether there is one; this host has none.",
                confidence=0.9,
                chain=project.python.chain(call.module, call.node),
                platforms=platforms,
                fix=Fix(kind="safe" if edits else "none", text=f"Choose the device: {FALLBACK}.", edits=edits),
            )

    def _platforms(self, call: Call, node: ast.expr | None, project: Project) -> tuple[Platform, ...]:
        """Return the platforms without a GPU on which the call surely names one."""
        found: list[Platform] = []
        for platform, deployable, given in situations(project, call.module.file.path):
            is_come_to = comes_to(project.python, call.node, call.module, given)
            is_asked = is_come_to is None and _is_asked(call)
            if is_come_to is False or is_asked or has_gpu(deployable, project):
                continue
            folded = project.python.fold(node, call.module, given=given) if node is not None else None
            is_cuda = node is None or (folded is not None and folded.is_whole and _is_gpu(call, folded))
            if is_cuda:
                found.append(platform)
        return tuple(dict.fromkeys(found))


def _is_gpu(call: Call, folded: Folded) -> bool:
    """Say whether a device is a GPU: `cuda…`, and for a pipeline its number."""
    is_number = isinstance(folded.value, int) and not isinstance(folded.value, bool) and folded.value >= 0
    return folded.text.startswith("cuda") or (is_number and call.name == "transformers.pipeline")


def _moves(project: Project) -> Iterator[tuple[Call, ast.expr | None]]:
    """Yield the calls that put something on a device, with the device; None for `.cuda()`."""
    for call in project.python.calls(".cuda"):
        if not call.node.args and not call.name.startswith("torch.cuda"):
            yield call, None
    for call in project.python.calls(*MOVES):
        position, keyword = MOVES.get(call.name) or MOVES.get(f".{call.name.rpartition('.')[2]}", (99, ""))
        node = call.argument(position, keyword)
        if node is not None:
            yield call, node


def _is_asked(call: Call) -> bool:
    """Say whether a condition around a call speaks of the hardware."""
    tests = [one.test for one in call.module.scopes.around(call.node) if isinstance(one, ast.If | ast.IfExp)]
    return any(HARDWARE.search(call.module.source(test)) for test in tests)


def _shown(call: Call) -> str:
    """Return a call as it is written, on one line and not too long."""
    text = " ".join(call.module.source(call.node).split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _edits(call: Call, node: ast.expr | None) -> tuple[Edit, ...]:
    """Return the edit that chooses the device, where torch is imported."""
    module = call.module
    bindings = module.scopes.bindings[module.tree].get("torch", [])
    if not any(one.how == "import" and one.source == "torch" for one in bindings):
        return ()
    if node is None and isinstance(call.node.func, ast.Attribute):
        _, start = module.extent(call.node.func.value)
        _, end = module.extent(call.node)
        return (Edit(file=module.file.path, start=start, end=end, text=f".to({FALLBACK})"),)
    if isinstance(node, ast.Constant) and node.value == "cuda":
        start, end = module.extent(node)
        return (Edit(file=module.file.path, start=start, end=end, text=FALLBACK),)
    return ()
