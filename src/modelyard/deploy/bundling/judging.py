"""A bundle held against our own auditor, before anybody ships it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from modelyard.deploy.finding import Finding, Platform, Report

if TYPE_CHECKING:
    from modelyard.deploy.code.files import CodeBase
    from modelyard.deploy.platform import Platform as PlatformKind
    from modelyard.deploy.rule import Rule

HOSTS: tuple[Platform, ...] = ("hf", "render")
"""Who builds Dockerfiles: what holds for both holds for any host that does."""


def code_of(files: Mapping[str, bytes], name: str = "bundle") -> "CodeBase":
    """Return a bundle's files as the code base that they are."""
    from modelyard.deploy.code.files import CodeBase

    return CodeBase.of(files, name=name)


def judged(code: "CodeBase", platform: "PlatformKind") -> Report:
    """Return what the rules of its platform say about a bundle.

    For a host that is nobody's in particular the rules that hold on every host of containers are asked, and the report
    has no verdict.
    """
    from modelyard.deploy.auditing.audit import all_rules, audit
    from modelyard.deploy.project.project import Project

    rules = all_rules()
    if platform.audited_as is not None:
        return audit(Project(code), rules, [platform.audited_as])
    return _anywhere(audit(Project(code), rules, HOSTS), rules)


def grave(report: Report) -> list[Finding]:
    """Return the findings with which a bundle would not run, or would lose data."""
    return [one for one in report.findings if one.severity in ("critical", "error")]


def _anywhere(report: Report, rules: Sequence["Rule"]) -> Report:
    common = {rule.kind_name() for rule in rules if set(HOSTS) <= set(rule.platforms)}
    findings = tuple(one for one in report.findings if one.rule in common)
    passes = tuple(one for one in report.passes if one.rule in common)
    return report.model_copy(update={"platforms": {}, "findings": findings, "passes": passes})
