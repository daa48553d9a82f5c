"""Modelyard's own audit as a page: what its auditor says of its repository, in a form that only findings change."""

from datetime import date
from pathlib import Path

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.auditing.settings import settings_of, without_excluded
from modelyard.deploy.code.files import read_code_base
from modelyard.deploy.finding import PLATFORMS, SEVERITIES, Report
from modelyard.deploy.project.project import Project

FACTS_DATE = date(2026, 11, 22)
"""The day by which facts are old or not: the page must not change because a day went by."""
VERDICTS = {"ready": "ready", "changes": "ready with changes", "blocked": "not possible on this tier"}
NAMES = {"hf": "Hugging Face Spaces", "render": "Render", "vercel": "Vercel"}

ABOUT = """\
What `modelyard audit . --platform {platforms}` says of this repository, with {n_rules} rules and the facts of {date}.
Places are files without lines, so that only a finding changes this page. What goes to a host is a bundle: each is
audited when it is made, with what its image sets, and the tests hold that nothing is found at error or above
([deploy for nothing](../guides/deploy-for-nothing.md))."""


def own_audit_page(root: Path, mark: str) -> str:
    """Return the page for the repository at `root`: verdicts, what is open, what is answered for with a reason."""
    rules = all_rules()
    code = read_code_base(root)
    settings = settings_of(code, {rule.kind_name(): rule for rule in rules})
    code = without_excluded(code, settings.exclude)
    report = audit(Project(code), rules, PLATFORMS, settings=settings, today=FACTS_DATE)
    return "\n".join(
        [
            f"<!-- {mark} -->",
            "# Modelyard's own report",
            "",
            ABOUT.format(platforms=",".join(PLATFORMS), n_rules=len(rules), date=FACTS_DATE),
            "",
            *_verdicts(report),
            "",
            "## Open",
            "",
            *_open(report),
            "",
            "## Answered for",
            "",
            *_answered(report),
            "",
        ]
    )


def _verdicts(report: Report) -> list[str]:
    lines = ["| Platform | Verdict | Critical | Errors | Warnings | Notes |", "|---|---|---|---|---|---|"]
    for platform, one in report.platforms.items():
        counts = " | ".join(map(str, (one.n_critical, one.n_error, one.n_warning, one.n_info)))
        verdict = VERDICTS[one.verdict] if one.deployables else "nothing here lives there as it is: a bundle does"
        lines.append(f"| {NAMES[platform]} | {verdict} | {counts} |")
    return lines


def _open(report: Report) -> list[str]:
    if not report.findings:
        return ["Nothing."]
    found = sorted(
        {(SEVERITIES.index(one.severity), one.rule, one.file, _escaped(one.message)) for one in report.findings}
    )
    lines = [f"| {SEVERITIES[grade]} | {rule} | `{file}` | {message} |" for grade, rule, file, message in found]
    return ["| Severity | Rule | File | What |", "|---|---|---|---|", *lines]


def _answered(report: Report) -> list[str]:
    lines = {f"- {one.rule}: {_without_lines(one.why)}" for one in report.skipped if " is ignored " in one.why}
    return sorted(lines) or ["Nothing."]


def _without_lines(why: str) -> str:
    """Return `kernel/db.py is ignored: the reason` of `kernel/db.py:85 is ignored by the comment at …: the reason`."""
    place, _, said = why.partition(" is ignored ")
    return f"`{place.rpartition(':')[0]}`, {_escaped(said.partition(': ')[2])}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
