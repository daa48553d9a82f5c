"""HF017: the workflow that syncs a Space cannot run."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.changes import indentation, inserted
from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.workflows import Workflow, WorkflowStep, read_workflow, workflows_of
from modelyard.deploy.rule import Rule, Said

TO_A_SPACE = re.compile(r"(?:huggingface\.co|hf\.co)/spaces/")
PUSH = re.compile(r"git\s+(?:[-\w. ]+\s)?(?:subtree\s+)?push\b")
OWN_REPOSITORY = re.compile(r"git\s+init\b|git\s+clone\b|--orphan\b|subtree\s+split|filter-(?:branch|repo)")
SHOWS = re.compile(r"^\s*set\s+-\w*x|git\s+remote\s+-v|\becho\b[^\n]*(?:TOKEN|huggingface\.co)", re.MULTILINE)
WITH_TOKEN = re.compile(r"https://[^\s/]*(?:\$\{?\w*TOKEN|\$\{\{\s*secrets\.)[^\s/]*@(?:huggingface|hf)\.co")


class HF017(Rule):
    """The workflow that syncs a Space cannot run.

    **What it does.** Finds workflows that push to a Space, and looks whether GitHub runs them (`.github/workflows`),
    whether the checkout has the history that a push needs (`fetch-depth: 0`), and whether the log shows the token.

    **Why it matters.** A workflow in another folder is never run. A push from a shallow checkout is refused with
    "shallow update not allowed". A token that `set -x` or `git remote -v` prints is public with the log.

    **How to fix.** Move the file, add `fetch-depth: 0` to the checkout, and keep the token out of what is printed.

    **Limits.** Whether branch and secret exist is known to GitHub alone.
    """

    kind: Literal["HF017"] = "HF017"
    title: ClassVar[str] = "Sync workflow cannot run"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "globe"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield what is wrong with each workflow that pushes to a Space."""
        yield from self._elsewhere(project.code)
        for workflow in workflows_of(project.code):
            steps = [step for step in workflow.steps if TO_A_SPACE.search(step.run)]
            if not steps:
                continue
            found = [*self._shallow(workflow), *self._shown(steps)]
            yield from found
            if not found:
                yield self.passed(steps[-1].span, "the workflow pushes to the Space")

    def _elsewhere(self, code: CodeBase) -> Iterator[Said]:
        for file in code.ending(".yml", ".yaml"):
            is_run = file.path.startswith(".github/workflows/") and file.path.count("/") == 2
            if is_run or is_aside(file.path) or not TO_A_SPACE.search(file.text):
                continue
            if read_workflow(file) is not None and ("runs-on" in file.text or "workflows" in file.path):
                yield self.finding(
                    file.span(1),
                    f"{file.path} is a workflow that GitHub never runs: it looks in .github/workflows alone.",
                    confidence=0.9,
                    fix=Fix(text=f"Move it to .github/workflows/{file.name}.", by_person=(_move(file),)),
                )

    def _shallow(self, workflow: Workflow) -> Iterator[Said]:
        """Yield a push of the checkout itself from a history that was cut off."""
        scripts = "\n".join(step.run for step in workflow.steps)
        pushes = [step for step in workflow.steps if PUSH.search(step.run)]
        checkout = next((step for step in workflow.steps if step.uses == "actions/checkout"), None)
        if checkout is None or not pushes or OWN_REPOSITORY.search(scripts) or re.search(r"--unshallow", scripts):
            return
        if str(checkout.given.get("fetch-depth", "1")) == "0":
            return
        edit = _deepen(workflow.file, checkout)
        yield self.finding(
            [checkout.span, pushes[0].span],
            "The checkout is shallow, and the Hub refuses a push from it: `fetch-depth: 0` is missing.",
            confidence=0.85,
            fix=Fix(kind="suggested" if edit else "none", text="Check out with fetch-depth: 0.", edits=edit),
        )

    def _shown(self, steps: list[WorkflowStep]) -> Iterator[Said]:
        for step in steps:
            found = SHOWS.search(step.run)
            if WITH_TOKEN.search(step.run) and found:
                line = step.run_line + step.run[: found.start()].count("\n")
                yield self.finding(
                    step.file.span(line),
                    "The log of this step shows the address with the token in it.",
                    confidence=0.8,
                    fix=Fix(text="Take the line away, or give git the token by a credential helper."),
                )


def _move(file: SourceFile) -> str:
    return f"git mv {file.path} .github/workflows/{file.name}"


def _deepen(file: SourceFile, step: WorkflowStep) -> tuple[Edit, ...]:
    """Return the edit that gives the checkout its whole history."""
    line = step.span.line
    stated = file.lines[line - 1]
    indent = indentation(file, line) + ("  " if stated.lstrip().startswith("- ") else "")
    if not step.given:
        return (inserted(file, line + 1, f"{indent}with:\n{indent}  fetch-depth: 0"),)
    for number in range(line + 1, min(line + 6, len(file.lines) + 1)):
        if file.lines[number - 1].strip() == "with:":
            return (inserted(file, number + 1, f"{indentation(file, number)}  fetch-depth: 0"),)
    return ()
