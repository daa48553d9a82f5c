"""HF008: the model cache cannot be written, or is not where models were preloaded."""

import ast
import posixpath
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted
from modelyard.deploy.code.docker import Instruction
from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Fix, FixKind, Platform, Severity, Span
from modelyard.deploy.project.images import Image, images_of
from modelyard.deploy.project.loaders import PRELOAD, Load, loads_of
from modelyard.deploy.project.owning import Ownership
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

CACHE_NAMES = ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "SENTENCE_TRANSFORMERS_HOME")
SCRIPT = re.compile(r"\bpython[\d.]*\s+(?:-u\s+)?([\w./-]+\.py)\b")
OF_WINDOWS = re.compile(r"^[A-Za-z]:[\\/]")


class HF008(Rule):
    """The model cache cannot be written, or is not where models were preloaded.

    **What it does.** Where live code fetches models (`from_pretrained`, `SentenceTransformer`, `hf_hub_download`, …),
    follows `HF_HOME` and its relatives through the Dockerfile and the code to the folder that user 1000 would write to,
    and compares it with the one that a RUN instruction preloads into.

    **Why it matters.** Without a user of its own the image has `HOME=/`: the first model raises PermissionError on
    `/.cache`. Models that root preloaded below `/root` are not found, and fetched again at every start.

    **How to fix.** `ENV HF_HOME=/home/user/.cache/huggingface` and `USER user` before models are preloaded; without
    preloading `ENV HF_HOME=/tmp/huggingface` is enough.

    **Limits.** Calls that name a cache folder themselves, or load from a local folder, are left out.
    """

    kind: Literal["HF008"] = "HF008"
    title: ClassVar[str] = "Model cache not writable"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "box"
    severity: ClassVar[Severity] = "error"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = ("hf_user_id",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what is wrong with the cache of each image that loads models."""
        for image in images_of(project):
            if "hf" not in image.platforms or image.first.command is None:
                continue
            reached = {path for start, _ in image.first.python_files for path in project.python.beneath(start)}
            loads = [one for one in loads_of(project) if one.call.module.file.path in reached]
            if loads:
                yield self._of_image(project, image, loads)

    def _of_image(self, project: Project, image: Image, loads: list[Load]) -> Said:
        owning = Ownership(image.dockerfile)
        stated = _stated(project, image, {one.call.module for one in loads})
        first = sorted(loads, key=lambda one: (one.call.span.file, one.call.span.line))[0]
        if stated is not None and any(one.is_hub for one in loads):
            folder, span = stated
            path = posixpath.normpath(
                posixpath.join(image.first.command.folder if image.first.command else "/", folder)
            )
            if OF_WINDOWS.match(folder):
                return self._finding(
                    project, image, first, [span], f"The model cache is set to {folder!r}, a Windows path."
                )
            if not owning.may_write(path):
                message = f"The model cache is set to {path}, where user 1000 may not write."
                return self._finding(project, image, first, [span], message)
            cache = path
        else:
            if owning.home in ("/", "/root"):
                message = f"Models are cached below {owning.home}, where user 1000 may not write."
                return self._finding(project, image, first, [first.call.span], message, is_unset=True)
            cache = posixpath.join(owning.home, ".cache", "huggingface")
        for one in image.dockerfile.last.every("RUN"):
            elsewhere = _preloaded(one, cache, owning, image)
            if elsewhere:
                message = f"Models are preloaded into {elsewhere}, the program looks in {cache}."
                return self._finding(project, image, first, [one.span], message)
        return self.passed(first.call.span, f"models are cached in {cache}, which user 1000 may write")

    def _finding(
        self, project: Project, image: Image, load: Load, spans: list[Span], message: str, *, is_unset: bool = False
    ) -> Said:
        starts = [one for one in image.dockerfile.last.instructions if one.name in ("CMD", "ENTRYPOINT")]
        file = image.dockerfile.file
        line = "ENV HF_HOME=/tmp/huggingface"
        edits = (inserted(file, starts[0].span.line, line),) if is_unset and load.is_hub and starts else ()
        return self.finding(
            [*dict.fromkeys([*spans, load.call.span])],
            message,
            severity="error" if image.first.is_declared else "warning",
            confidence=0.9 if image.first.is_declared else 0.7,
            chain=project.python.chain(load.call.module, load.call.node),
            fix=Fix(
                kind="suggested" if edits else "none",
                text="Make user 1000, set HF_HOME below its home and switch to it before models are preloaded.",
                edits=edits,
            ),
        )


def _stated(project: Project, image: Image, modules: set[Module]) -> tuple[str, Span] | None:
    """Return the cache folder that code or image states, and where; code comes last and wins."""
    for module in project.python.reached:
        for node in module.scopes.nodes():
            found = _set_in_code(project, module, node)
            if (
                found is not None
                and project.python.is_live(module, node)
                and project.python.holds(node, module) is not False
            ):
                return found, module.span(node)
    for one in reversed(list(image.dockerfile.last.every("ENV"))):
        pairs = dict(zip(one.expanded[::2], one.expanded[1::2], strict=False))
        for name in CACHE_NAMES:
            if pairs.get(name):
                return pairs[name], one.span
    return None


def _set_in_code(project: Project, module: Module, node: ast.AST) -> str | None:
    """Return the folder of `os.environ["HF_HOME"] = …` and of `os.environ.setdefault("HF_HOME", …)`."""
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))], value=value) if name in CACHE_NAMES:
            pass
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[ast.Constant(value=name), value]) if (
            name in CACHE_NAMES
        ):
            pass
        case _:
            return None
    folded = project.python.fold(value, module)
    return folded.text if folded is not None and folded.is_whole and folded.text else None


def _scripts(run: Instruction, text: str, image: Image) -> Iterator[str]:
    """Yield the text of each Python file that a RUN runs."""
    for name in SCRIPT.findall(text):
        source = image.files.source(posixpath.join(run.workdir, name))
        if source is not None:
            yield image.code.files[source].text


def _preloaded(run: Instruction, cache: str, owning: Ownership, image: Image) -> str:
    """Return the other folder that a RUN preloads into; `""` when it preloads nothing, or into the cache itself."""
    text = " ".join([*run.words, *run.heredocs])
    if not PRELOAD.search(text) and not any(PRELOAD.search(one) for one in _scripts(run, text, image)):
        return ""
    stated = next((run.environment[name] for name in CACHE_NAMES if run.environment.get(name)), "")
    user = (run.user or "").partition(":")[0]
    home = run.environment.get("HOME") or owning.home_of(user)
    used = stated or posixpath.join(home, ".cache", "huggingface")
    return used if posixpath.normpath(used) != posixpath.normpath(cache) and not cache.startswith(f"{used}/") else ""
