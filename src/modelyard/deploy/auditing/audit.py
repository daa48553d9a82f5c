"""Run rules over a project and make the report."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TypeVar

import structlog

from modelyard.deploy.auditing.applying import Clock, applied, cut_short, without_slow_files
from modelyard.deploy.auditing.baseline import Baseline
from modelyard.deploy.auditing.describing import described, unjudged, unread
from modelyard.deploy.auditing.joining import joined
from modelyard.deploy.auditing.settings import AuditSettings
from modelyard.deploy.auditing.silencing import silenced
from modelyard.deploy.auditing.verdicts import applying, verdict
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import (
    PLATFORMS,
    EnvironmentName,
    Finding,
    Pass,
    Platform,
    ProjectReport,
    Report,
    Skipped,
)
from modelyard.deploy.limits import TimeIsUp, time_limit
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule
from modelyard.kernel.kinds import family_alone

log = structlog.get_logger()
T = TypeVar("T")


def all_rules() -> list[Rule]:
    """Return every rule that is installed, by id."""
    kinds = family_alone("rule", "modelyard.deploy.rules").kinds
    return [kinds[name]() for name in sorted(kinds)]


def audit(
    project: Project,
    rules: Iterable[Rule],
    platforms: Iterable[Platform] | None = None,
    *,
    settings: AuditSettings | None = None,
    baseline: Baseline | None = None,
    today: date | None = None,
    is_strict: bool = False,
) -> Report:
    """Return what the rules say about the project.

    Without `platforms`, for those that its settings name, else for all that something in it could live on. A rule that
    fails or takes too long is told under `skipped`; with `is_strict` its fault is raised. `today` is the day by which
    the facts about the platforms are old or not.
    """
    settings = settings or AuditSettings()
    project.file_time.seconds = settings.seconds_per_file
    used = [rule for rule in rules if rule.kind_name() not in settings.ignore]
    with _no_collection():
        said = _Said(project, used, settings, today or datetime.now(UTC).date(), is_strict=is_strict)
    left, ignored = silenced(project.code, said.findings, settings)
    chosen = tuple(platforms) if platforms is not None else settings.platforms
    wanted = chosen or applying(said.deployed, left)
    findings = joined(one for one in left if set(one.platforms) & set(wanted))
    fresh, n_known = baseline.new(findings) if baseline else (findings, 0)
    asked = [Skipped(rule=rule, why=f"ignored by the settings: {why}") for rule, why in settings.ignore.items()]
    return Report(
        project=ProjectReport(
            name=project.code.name,
            n_files=len(project.code.files),
            n_left_out=sum(project.code.n_left_out.values()),
            is_git=project.code.is_git,
            deployables=tuple(one for one in said.deployed if one.platform in wanted),
            n_rules=len(used),
            n_ignored=len(ignored),
            n_known=n_known,
        ),
        platforms={
            platform: verdict(
                platform, said.deployed, findings, said.clock.unfinished_on(platform), said.unjudged_on(platform)
            )
            for platform in wanted
        },
        findings=tuple(fresh),
        passes=tuple(dict.fromkeys(said.passes)),
        skipped=tuple(dict.fromkeys([*said.skipped, *asked, *ignored])),
        environment=tuple(one for one in said.environment if one.platform in wanted),
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leave cyclic garbage alone meanwhile: trees of code are millions of objects that stay, looked at in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Said:
    """All that the rules say, and what is known of the project beside them."""

    def __init__(
        self, project: Project, rules: Sequence[Rule], settings: AuditSettings, today: date, *, is_strict: bool
    ) -> None:
        self.findings: list[Finding] = []
        self.passes: list[Pass] = []
        self.skipped: list[Skipped] = []
        self.clock = Clock()
        self.is_strict = is_strict
        self.project = project
        self.deployed = self._read("deployables", lambda: list(described(project)))
        self.skipped += self._read("files", lambda: list(unread(project)))
        self.unjudged = self._read("back ends", lambda: list(unjudged(project)))
        self.skipped += [
            Skipped(rule="back ends", why=f"not looked at: {said}, but for its port, its start and what it signs with")
            for said, _ in self.unjudged
        ]
        for rule in rules:
            for one in applied(rule, project, self.clock, is_strict=is_strict):
                if isinstance(one, Finding):
                    self.findings.append(_settled(one, rule, project, settings, today))
                elif isinstance(one, Pass):
                    self.passes.append(one)
                else:
                    self.skipped.append(one)
        self.environment = self._read("environment", lambda: list(_names(project)))
        project.file_time.end()

    def unjudged_on(self, platform: Platform) -> list[str]:
        """Return the back ends of a platform that few rules look at."""
        return [said for said, platforms in self.unjudged if platform in platforms]

    def _read(self, name: str, read: Callable[[], list[T]]) -> list[T]:
        """Return what is read of the project; nothing, told under `skipped`, when that fails or takes too long."""
        self.project.file_time.begin()
        try:
            with time_limit(max(self.clock.left(), 1.0)):
                found = without_slow_files(self.project, read)
            self.skipped += cut_short(name, self.project, self.clock, PLATFORMS)
            return found
        except TimeIsUp:
            self.clock.unfinished[name] = PLATFORMS
            self.skipped.append(Skipped(rule=name, why="not finished in time"))
        except Exception as error:
            if self.is_strict:
                raise
            self.clock.unfinished[name] = PLATFORMS
            log.warning("a project cannot be read", part=name, exc_info=error)
            self.skipped.append(Skipped(rule=name, why=f"not read: {type(error).__name__}"))
        return []


def _names(project: Project) -> Iterator[EnvironmentName]:
    yield from project.names.listed


def _settled(one: Finding, rule: Rule, project: Project, settings: AuditSettings, today: date) -> Finding:
    """Return the finding with the age of its facts, the severity that the project gives its rule, and its platforms."""
    told = "; ".join(fact(name).said(today) for name in rule.facts)
    severity = settings.severity.get(one.rule, one.severity)
    platforms = one.platforms
    if platforms == rule.platforms and one.file.endswith(".py"):
        running = {its.platform for its in project.running(one.file)}
        platforms = tuple(platform for platform in platforms if platform in running) or platforms
    return one.model_copy(update={"fact": one.fact or told, "severity": severity, "platforms": platforms})
