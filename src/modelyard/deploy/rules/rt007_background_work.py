"""RT007: work goes on in the background of a host that sleeps."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Call
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Fix, Platform, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

STARTERS = {
    ".add_task": "a background task",
    "asyncio.create_task": "a task",
    "asyncio.ensure_future": "a task",
    "threading.Thread": "a thread",
    "multiprocessing.Process": "a process",
    ".add_job": "a scheduled job",
    ".scheduled_job": "a scheduled job",
    "schedule.every": "a scheduled job",
    "fastapi_utils.tasks.repeat_every": "a repeated task",
}
RESUMES = re.compile(
    r"resume|recover|requeue|re_queue|stale|orphan|interrupted|pending_(?:jobs|runs|tasks)|unfinished|stuck", re.I
)
SHORT = re.compile(
    r"log|mail|email|notify|cleanup|clean_up|metric|track|analytics|remove_file|unlink|heartbeat|ping|warm", re.I
)


class RT007(Rule):
    """Work goes on in the background of a host that sleeps.

    **What it does.** Looks in handlers and at start for background tasks, threads, tasks of asyncio and schedules of
    APScheduler, where nothing at start takes up again what was interrupted.

    **Why it matters.** Render's free services sleep 15 minutes after the last request, Spaces after 48 hours, and both
    restart when they are deployed: work that is under way is gone, and a schedule simply does not happen.

    **How to fix.** Keep the work in a table with its state and take up what is unfinished at start; have schedules call
    the service from a workflow.

    **Limits.** Work of a second after the answer (a mail, a line of a log) is left out by its name.
    """

    kind: Literal["RT007"] = "RT007"
    title: ClassVar[str] = "Background work on a host that sleeps"
    group: ClassVar[str] = "Run time"
    icon: ClassVar[str] = "server"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf", "render")
    facts: ClassVar[tuple[str, ...]] = ("render_sleep_after",)

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding with every place that starts such work."""
        found = [(call, what) for call, what in _started(project) if not _is_short(call)]
        if not found:
            return
        if _resumes(project):
            yield self.passed(found[0][0].span, "interrupted work is taken up again at start")
            return
        kinds = ", ".join(dict.fromkeys(what for _, what in found))
        call = found[0][0]
        here = tuple(one for one in project.platforms_of(call.module.file.path) if one in self.platforms)
        yield self.finding(
            [one.span for one, _ in found],
            f"Work goes on in the background ({kinds}). {_sleeps(here)}, and nothing takes it up again.",
            confidence=0.7,
            chain=project.python.chain(call.module, call.node),
            platforms=here or self.platforms,
            fix=Fix(
                text="Keep what is to be done in a table with its state, and take up what is unfinished at start.",
                by_person=("Decide which of this work may be lost.",),
            ),
        )


def _sleeps(platforms: tuple[Platform, ...]) -> str:
    if "render" in platforms:
        return f"Render sleeps {fact('render_sleep_after').value} minutes after the last request"
    return "A Space sleeps when nobody visits it, and restarts whenever it is deployed"


def _started(project: Project) -> Iterator[tuple[Call, str]]:
    """Yield the calls of live code that start work beside the requests."""
    for call in project.python.calls(*STARTERS):
        what = next(what for name, what in STARTERS.items() if call.name == name or call.name.endswith(name))
        if call.name.endswith(".add_task") and not _is_fastapi(call):
            continue
        yield call, what


def _is_fastapi(call: Call) -> bool:
    """Say whether `add_task` is that of FastAPI's BackgroundTasks."""
    if "BackgroundTasks" in call.name or "background" in call.name.lower():
        return True
    return call.function is not None and "BackgroundTasks" in ast.unparse(call.function.args)


def _is_short(call: Call) -> bool:
    """Say whether what is started may be lost, by its name."""
    given = call.argument(None, "target") or call.argument(0)
    return given is not None and SHORT.search(ast.unparse(given)[:200]) is not None


def _resumes(project: Project) -> bool:
    """Say whether something that runs speaks of taking up interrupted work."""
    return any(
        RESUMES.search(node.name) is not None and project.python.is_live(module, node)
        for module in project.python.reached
        for node in module.scopes.of(ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
