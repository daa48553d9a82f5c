"""Workflows of GitHub Actions: their steps, with the scripts and actions that upload to a Space."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.code.positions import Placed, read_yaml
from modelyard.deploy.finding import Span

SYNC_ACTIONS = frozenset(
    {"huggingface/hub-sync", "huggingface/huggingface-hub-sync", "nateraw/huggingface-sync-action"}
    | {"jacoblincool/huggingface-sync", "alozowski/huggingface-sync-action"}
)
"""Actions that bring a folder to the Hub."""
LIKE_THEM = re.compile(
    r"(?:hugging-?face|\bhf)[\w-]*(?:sync|deploy|push|upload)|(?:sync|push|deploy)[\w-]*(?:hugging-?face|hf\b)"
)


@dataclass(frozen=True)
class WorkflowStep:
    """One step of a job."""

    file: SourceFile
    run: str
    """Its script, `""` for one that uses an action."""
    run_line: int
    """The file's line that the script begins at."""
    folder: str
    """Its working directory."""
    uses: str
    """The action without its version, lower case."""
    given: dict[str, Any]
    """What it gives the action."""
    environment: dict[str, str]
    """What the workflow, the job and the step set, secrets and the like left out."""
    span: Span

    @property
    def is_sync(self) -> bool:
        """Whether its action brings a folder to the Hub."""
        return self.uses in SYNC_ACTIONS or LIKE_THEM.search(self.uses) is not None


@dataclass(frozen=True)
class Workflow:
    """One workflow file that parses."""

    placed: Placed
    steps: tuple[WorkflowStep, ...]

    @property
    def file(self) -> SourceFile:
        """The file."""
        return self.placed.file


def workflows_of(code: CodeBase) -> Iterator[Workflow]:
    """Yield the workflows that GitHub would run; files elsewhere or that do not parse are none."""
    for file in code.under(".github/workflows"):
        if file.name.endswith((".yml", ".yaml")) and file.path.count("/") == 2:
            workflow = read_workflow(file)
            if workflow is not None:
                yield workflow


def read_workflow(file: SourceFile) -> Workflow | None:
    """Return a workflow; None when the file does not parse or has no jobs."""
    placed = read_yaml(file)
    if isinstance(placed, str) or not isinstance(placed.data, dict) or not isinstance(placed.data.get("jobs"), dict):
        return None
    return Workflow(placed, tuple(_steps(placed)))


def _steps(placed: Placed) -> Iterator[WorkflowStep]:
    for name, job in placed.data["jobs"].items():
        steps = job.get("steps") if isinstance(job, dict) else None
        folder = _default_folder(placed.data) or _default_folder(job)
        outer = {**_environment(placed.data), **_environment(job)}
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, dict):
                yield _step(placed, ("jobs", name, "steps", number), step, folder, outer)


def _step(
    placed: Placed, path: tuple[str | int, ...], step: dict[str, Any], folder: str, outer: dict[str, str]
) -> WorkflowStep:
    run = step.get("run") if isinstance(step.get("run"), str) else ""
    key_line = placed.span(*path, "run").line
    written = placed.file.lines[key_line - 1].partition("run:")[2].strip()
    is_block = written[:1] in ("|", ">")
    given = step.get("with")
    return WorkflowStep(
        file=placed.file,
        run=run or "",
        run_line=key_line + 1 if is_block else key_line,
        folder=str(step.get("working-directory") or folder or ""),
        uses=str(step.get("uses") or "").split("@")[0].lower(),
        given=given if isinstance(given, dict) else {},
        environment={**outer, **_environment(step)},
        span=placed.span(*path, "run" if run else "uses"),
    )


def _environment(holder: Any) -> dict[str, str]:
    """Return the literal values of an `env` block."""
    listed = holder.get("env") if isinstance(holder, dict) else None
    pairs = listed.items() if isinstance(listed, dict) else ()
    return {str(name): str(value) for name, value in pairs if value is not None and "${{" not in str(value)}


def _default_folder(holder: Any) -> str:
    defaults = holder.get("defaults") if isinstance(holder, dict) else None
    run = defaults.get("run") if isinstance(defaults, dict) else None
    return str(run.get("working-directory") or "") if isinstance(run, dict) else ""
