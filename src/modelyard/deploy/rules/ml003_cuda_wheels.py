"""ML003: wheels with CUDA on a host without a GPU."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import inserted, present
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.memory import has_gpu
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.requirements import Requirement, Requirements
from modelyard.deploy.rule import Rule, Said

BRING_TORCH = (
    *("torch", "torchvision", "torchaudio", "sentence-transformers", "easyocr", "ultralytics", "openai-whisper"),
    *("flair", "fairseq", "diffusers", "timm", "pytorch-lightning", "lightning", "keybert", "bertopic", "unstructured"),
    *("whisperx", "stanza", "torchtext", "accelerate", "peft"),
)
"""Packages that install torch, itself first."""
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class ML003(Rule):
    """Wheels with CUDA are installed on a host without a GPU.

    **What it does.** Looks whether the requirements bring torch, directly or through another package, and whether an
    index of CPU wheels, a `+cpu` version or a source in `pyproject.toml` keeps the CUDA libraries out.

    **Why it matters.** The wheels of PyPI bring several gigabytes of CUDA libraries that a CPU host never uses: slow
    builds, slow wake-ups, and images that do not fit.

    **How to fix.** `--extra-index-url https://download.pytorch.org/whl/cpu` at the top of the requirements, or a source
    for torch in `[tool.uv]`.

    **Limits.** Spaces that ask for a GPU, or are written for ZeroGPU, are left out.
    """

    kind: Literal["ML003"] = "ML003"
    title: ClassVar[str] = "CUDA wheels on a CPU host"
    group: ClassVar[str] = "Models in memory"
    icon: ClassVar[str] = "cpu"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding for each requirement that brings torch, with all its platforms."""
        found: dict[str, tuple[Requirement, list[Platform]]] = {}
        for one in project.on(*self.platforms):
            if one.entry is None or has_gpu(one, project):
                continue
            requirements = project.requirements(one)
            asked = next(
                (one_of_them for name in BRING_TORCH if (one_of_them := requirements.find(name)) is not None), None
            )
            if asked is None:
                continue
            if _is_for_cpu(one, requirements, project):
                yield self.passed(asked.span, "torch comes without CUDA")
            else:
                found.setdefault(asked.span.place, (asked, []))[1].append(one.platform)
        for asked, platforms in found.values():
            edits = present(_with_index(project, asked))
            brought = "torch" if asked.name.startswith("torch") else f"{asked.name}, which brings torch,"
            yield self.finding(
                asked.span,
                f"{brought} is installed with CUDA libraries that this host cannot use.",
                confidence=0.85,
                platforms=tuple(dict.fromkeys(platforms)),
                fix=Fix(
                    kind="suggested" if edits else "none",
                    text=f"Take the CPU wheels: --extra-index-url {CPU_INDEX}.",
                    edits=edits,
                ),
            )


def _is_for_cpu(one: Deployable, requirements: Requirements, project: Project) -> bool:
    """Say whether something keeps the CUDA libraries out."""
    if any("whl/cpu" in url for url in requirements.index_urls) or "+cpu" in requirements.locked.get("torch", ""):
        return True
    if any("+cpu" in each.specifier or each.is_url for each in requirements.asked if each.name == "torch"):
        return True
    said = {span.file for span in requirements.files} | ({one.dockerfile.file.path} if one.dockerfile else set())
    folder = f"{one.root}/" if one.root else ""
    files = [project.code.get(path) for path in (*said, f"{folder}pyproject.toml", f"{folder}uv.toml")]
    return any("download.pytorch.org/whl/cpu" in file.text or "+cpu" in file.text for file in files if file is not None)


def _with_index(project: Project, asked: Requirement) -> Edit | None:
    """Return the edit that names the index at the top of a requirements file."""
    file = project.code.get(asked.span.file)
    is_plain = file is not None and file.path.endswith((".txt", ".in")) and file.encoding in ("utf-8", "utf-8-sig")
    return inserted(file, 1, f"--extra-index-url {CPU_INDEX}") if file is not None and is_plain else None
