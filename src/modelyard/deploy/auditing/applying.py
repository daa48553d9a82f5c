"""One rule applied: within its time, and never an end of the whole audit."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from modelyard.deploy.file_time import FileIsOver
from modelyard.deploy.finding import Platform, Skipped
from modelyard.deploy.limits import TimeIsUp, time_limit
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

log = structlog.get_logger()
T = TypeVar("T")
RULE_SECONDS = 20.0
"""For one rule over all files; a rule that reads what others have read already takes milliseconds."""
AUDIT_SECONDS = 120.0
"""For everything: what takes longer is no code base that a person wrote."""


@dataclass
class Clock:
    """The time that an audit has left, in seconds of processor: a busy machine shortens no audit."""

    seconds: float = AUDIT_SECONDS
    rule_seconds: float = RULE_SECONDS
    began: float = field(default_factory=time.process_time)
    unfinished: dict[str, tuple[Platform, ...]] = field(default_factory=dict)
    """Rules and parts that time or a fault ended, with the platforms that they tell of: nothing vouches for those."""

    def left(self) -> float:
        """Return the seconds that the next rule may take; zero or less when the audit's time is up."""
        return min(self.rule_seconds, self.seconds - (time.process_time() - self.began))

    def unfinished_on(self, platform: Platform) -> list[str]:
        """Return the rules and parts without which nothing here is known to be ready for a platform."""
        return [name for name, platforms in self.unfinished.items() if platform in platforms]


def applied(rule: Rule, project: Project, clock: Clock, *, is_strict: bool = False) -> Iterator[Said]:
    """Yield what a rule says; that it took too long or failed is told in its place, unless `is_strict`."""
    seconds = clock.left()
    name = rule.kind_name()
    if seconds <= 0:
        clock.unfinished[name] = rule.platforms
        yield Skipped(rule=name, why=f"the audit's {clock.seconds:.0f} seconds were over")
        return
    said: list[Said] = []
    project.file_time.begin()
    try:
        with time_limit(seconds):
            without_slow_files(project, lambda: _check(rule, project, said))
    except TimeIsUp:
        clock.unfinished[name] = rule.platforms
        said.append(Skipped(rule=name, why=f"not finished within {seconds:.0f} seconds; what it found is told"))
    except Exception as error:
        if is_strict:
            raise
        clock.unfinished[name] = rule.platforms
        log.warning("a rule failed", rule=name, exc_info=error)
        said.append(Skipped(rule=name, why=f"this rule failed ({type(error).__name__}); what it found is told"))
    said += cut_short(name, project, clock, rule.platforms)
    yield from said


def cut_short(name: str, project: Project, clock: Clock, platforms: tuple[Platform, ...]) -> list[Skipped]:
    """Return a note for each file that a rule or part gave up for its time; it is unfinished then."""
    time = project.file_time
    if time.over:
        clock.unfinished[name] = platforms
    return [Skipped(rule=name, why=time.reason(path)) for path in sorted(time.fresh)]


def without_slow_files(project: Project, work: Callable[[], T]) -> T:
    """Return what work on a project gives; it begins again without a file whose time is up.

    Raises TimeIsUp when the work comes back to such a file.
    """
    over = project.file_time.over
    while True:
        n_before = len(over)
        try:
            with project.file_time.watched():
                return work()
        except FileIsOver:
            if len(over) == n_before:
                raise TimeIsUp from None


def _check(rule: Rule, project: Project, said: list[Said]) -> None:
    """Add what a rule says to what it said before it was begun again."""
    before = set(said)
    for one in rule.check(project):
        if one not in before:
            said.append(one)
