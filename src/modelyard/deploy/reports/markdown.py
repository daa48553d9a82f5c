"""A report as Markdown, for pull requests and wikis."""

import re
from collections.abc import Iterable, Iterator

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.fixing.patch import patch_of_finding
from modelyard.deploy.reports.checklist import checklist
from modelyard.deploy.reports.diagnosis import diagnoses
from modelyard.deploy.reports.words import (
    NAME_HEAD,
    by_person,
    counted,
    deployed_line,
    left_out,
    name_row,
    platform_name,
    verdict_line,
)

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#])")


def as_markdown(report: Report, code: CodeBase | None = None) -> str:
    """Return the whole report; with the code base, each fix as a diff too."""
    return "\n".join(_lines(report, code)).rstrip() + "\n"


def _lines(report: Report, code: CodeBase | None) -> Iterator[str]:
    yield f"# Audit of {_plain(report.project.name)}"
    yield from ("", f"{report.project.n_files:,} files, {counted(report)}. {left_out(report)}".rstrip(), "")
    yield from _verdicts(report)
    yield from ("", "## Findings", "")
    for one in report.findings:
        yield from _finding(one, code)
    if not report.findings:
        yield from ("Nothing was found.", "")
    yield from _checklist(report)
    yield from ("## When it does not work", "")
    yield from _table(
        ("What is seen", "Why", "What to do", "Here"),
        ((one.symptom.seen, one.symptom.why, one.symptom.do, ", ".join(one.here)) for one in diagnoses(report)),
    )
    yield from ("", "## Looked at and right", "")
    yield from _table(
        ("Rule", "Where", "What"), ((one.rule, f"{one.file}:{one.line}", one.message) for one in report.passes)
    )
    yield from ("", "## Not looked at", "")
    yield from _table(("Rule", "Why"), ((one.rule, one.why) for one in report.skipped))


def _verdicts(report: Report) -> Iterator[str]:
    for platform, said in report.platforms.items():
        yield f"- **{verdict_line(platform, said)}**"
        yield from (f"  - {_plain(reason)}" for reason in said.reasons)
    yield ""
    for one in report.project.deployables:
        yield f"- {platform_name(one.platform)}: {_plain(deployed_line(one))}"


def _finding(one: Finding, code: CodeBase | None) -> Iterator[str]:
    yield from (f"### {one.rule} · {one.severity} · {one.file}:{one.line}", "", _plain(one.message), "")
    if quoted := [f"{span.place}: {span.text}" for span in one.evidence if span.text]:
        yield from _fenced("text", quoted)
    if one.chain:
        yield from (f"Reached by {_plain(' → '.join(one.chain))}.", "")
    yield from (f"**Fix.** {_plain(one.fix.text)}", "")
    if code is not None and (patch := patch_of_finding(code, one)):
        yield from _fenced("diff", patch.rstrip("\n").split("\n"))
    if one.fact:
        yield from (f"Rests on: {_plain(one.fact)}.", "")


def _checklist(report: Report) -> Iterator[str]:
    found = checklist(report)
    yield from ("## To deploy it", "")
    yield from _table(
        NAME_HEAD,
        (name_row(one) for one in found.names),
    )
    for plan in found.plans:
        yield from ("", f"### {plan.platform}", "")
        yield from (f"{number}. {_plain(step)}" for number, step in enumerate(plan.steps, 1))
        if plan.expect:
            yield from ("", "In the log:", "", *_fenced("text", list(plan.expect)))
    if things := by_person(report):
        yield from ("", "### To be done by a person", "", *(f"- {_plain(thing)}" for thing in things))
    yield ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = list(rows)
    if not cells:
        yield "None."
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(_plain(cell) for cell in row)} |" for row in cells)


def _fenced(language: str, lines: list[str]) -> Iterator[str]:
    """Yield a code block whose fence is longer than any in it."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}{language}", *lines, fence, "")


def _plain(text: str) -> str:
    """Return text that Markdown shows as it stands, in one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
