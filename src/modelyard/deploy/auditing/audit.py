"""Run rules over a project and make the report."""

from collections import Counter
from collections.abc import Iterable

from modelyard.deploy.finding import (
    PLATFORMS,
    SEVERITIES,
    Finding,
    Pass,
    Platform,
    PlatformReport,
    Report,
    Severity,
    Skipped,
    Verdict,
)
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule
from modelyard.kernel.kinds import family


def all_rules() -> list[Rule]:
    """Return every rule that is installed, by id."""
    kinds = family("rule").kinds
    return [kinds[name]() for name in sorted(kinds)]


def audit(project: Project, rules: Iterable[Rule], platforms: Iterable[Platform] = PLATFORMS) -> Report:
    """Return what the rules say about the project, for these platforms."""
    wanted = tuple(platforms)
    findings: list[Finding] = []
    passes: list[Pass] = []
    skipped: list[Skipped] = []
    for rule in rules:
        for said in rule.check(project):
            if isinstance(said, Finding):
                if set(said.platforms) & set(wanted):
                    findings.append(said)
            elif isinstance(said, Pass):
                passes.append(said)
            else:
                skipped.append(said)
    findings.sort(key=lambda one: (SEVERITIES.index(one.severity), one.rule, one.file, one.line))
    return Report(
        project={"name": project.code.name, "n_files": len(project.code.files)},
        platforms={platform: _verdict(project, platform, findings) for platform in wanted},
        findings=tuple(findings),
        passes=tuple(passes),
        skipped=tuple(skipped),
        environment=(),
    )


def _verdict(project: Project, platform: Platform, findings: Iterable[Finding]) -> PlatformReport:
    here = [one for one in findings if platform in one.platforms]
    n = Counter[Severity](one.severity for one in here)
    blocking = [one for one in here if one.blocks]
    verdict: Verdict = "blocked" if blocking else "changes" if n["critical"] or n["error"] else "ready"
    return PlatformReport(
        verdict=verdict,
        n_critical=n["critical"],
        n_error=n["error"],
        n_warning=n["warning"],
        n_info=n["info"],
        deployables=tuple(one.name for one in project.on(platform)),
        reasons=tuple(one.message for one in blocking),
    )
