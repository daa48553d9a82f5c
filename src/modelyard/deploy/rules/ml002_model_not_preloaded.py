"""ML002: a model is downloaded when the program starts, or at the first request."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.memory import Loading, by_call, loadings
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

PRELOADS = re.compile(
    r"from_pretrained|SentenceTransformer\(|snapshot_download|hf_hub_download|huggingface-cli\s+download|hf\s+download"
    r"|pipeline\(|load_model\(|preload|download_model|warm"
)
REPOSITORY = re.compile(r"^[\w.-]+/[\w.-]+$")


class ML002(Rule):
    """A model is downloaded when the program starts, or at the first request.

    **What it does.** Looks for models that are loaded by their name on the Hub, and for what would have brought them
    into the image: a `RUN` that downloads them, or `preload_from_hub` in the Space's front matter.

    **Why it matters.** The disk is empty after every sleep, so each wake-up downloads the model again; the first
    visitor waits for it, or gives up, and a host that counts the start-up time stops the start.

    **How to fix.** Name it in `preload_from_hub`, or download it in the Dockerfile as the user that runs the program.

    **Limits.** A download by a script that the Dockerfile runs is known by the words in that `RUN` only.
    """

    kind: Literal["ML002"] = "ML002"
    title: ClassVar[str] = "Model is not in the image"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "safe"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield a finding for each loader whose model nothing brings into the image."""
        missing: list[Loading] = []
        for one in loadings(project):
            if not _names(one, project):
                continue
            if (line := _preloaded(one)) is not None:
                yield self.passed(one.loader.call.span, line)
            else:
                missing.append(one)
        for one, platforms in by_call(missing):
            call = one.loader.call
            edits = _edits(one, _names(one, project))
            when = "when the program starts" if one.loader.is_import_time else "when it is first needed"
            yield self.finding(
                call.span,
                f"{_names(one, project)[0]} is downloaded {when}, after every sleep again.",
                confidence=0.85,
                chain=project.python.chain(call.module, call.node),
                platforms=platforms,
                fix=Fix(
                    kind="safe" if edits else "none",
                    text="Name it in preload_from_hub, or download it while the image is built.",
                    edits=edits,
                ),
            )


def _names(one: Loading, project: Project) -> list[str]:
    """Return the names on the Hub that are loaded; not those of folders of the code base."""
    texts = [name.text for name in one.loader.names if name.is_whole and name.text]
    return [
        text
        for text in texts
        if not text.startswith(("/", ".", "~")) and project.code.get(text) is None and not project.code.has_folder(text)
    ]


def _preloaded(one: Loading) -> str | None:
    """Return what brings the model into the image, in words; None when nothing does."""
    deployable = one.deployable
    if deployable is None:
        return None
    if (deployable.settings or {}).get("preload_from_hub"):
        return "preloaded by preload_from_hub"
    if deployable.dockerfile is None:
        return None
    for stage in deployable.dockerfile.stages:
        for instruction in stage.every("RUN"):
            if PRELOADS.search(" ".join([*instruction.words, *instruction.heredocs])):
                return f"brought into the image at {instruction.span.place}"
    return None


def _edits(one: Loading, names: list[str]) -> tuple[Edit, ...]:
    """Return the edit that names the models in the front matter of a Space."""
    deployable: Deployable | None = one.deployable
    matter = deployable.front_matter if deployable else None
    full = [name if REPOSITORY.match(name) else f"sentence-transformers/{name}" for name in names]
    is_known = all(REPOSITORY.match(name) for name in names) or "sentence_transformers" in one.loader.call.name
    if matter is None or matter.end == 0 or "preload_from_hub" in matter.keys or not is_known:
        return ()
    file = matter.placed.file
    start = file.offset(matter.end_line)
    lines = "".join(f"  - {name}\n" for name in dict.fromkeys(full))
    return (Edit(file=file.path, start=start, end=start, text=f"preload_from_hub:\n{lines}"),)
