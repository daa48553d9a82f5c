"""One rule applied: within its time, and never an end of the whole audit."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog

from modelyard.deploy.finding import Platform, Skipped
from modelyard.deploy.limits import TimeIsUp, time_limit
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

log = structlog.get_logger()
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
    try:
        with time_limit(seconds):
            for one in rule.check(project):
                said.append(one)
    except TimeIsUp:
        clock.unfinished[name] = rule.platforms
        said.append(Skipped(rule=name, why=f"not finished within {seconds:.0f} seconds; what it found is told"))
    except Exception as error:
        if is_strict:
            raise
        clock.unfinished[name] = rule.platforms
        log.warning("a rule failed", rule=name, exc_info=error)
        said.append(Skipped(rule=name, why=f"this rule failed ({type(error).__name__}); what it found is told"))
    yield from said
