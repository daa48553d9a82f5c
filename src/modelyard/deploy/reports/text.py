"""A report as a terminal shows it."""

from collections.abc import Iterator

from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.reports.checklist import Checklist, checklist
from modelyard.deploy.reports.words import by_person, counted, left_out, places, verdict_line

MAX_PLACES = 8


def as_text(report: Report) -> str:
    """Return verdicts, findings (what blocks first), the checklist and what a person must do."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.project.name}: {report.project.n_files:,} files, {counted(report)}"
    for platform, said in report.platforms.items():
        yield f"  {verdict_line(platform, said)}"
        yield from (f"    {one}" for one in said.deployables)
    for one in report.findings:
        yield ""
        yield from _finding(one)
    yield from _checklist(checklist(report))
    if things := by_person(report):
        yield from ("", "To be done by a person", *(f"  - {thing}" for thing in things))
    yield ""
    yield f"{len(report.passes)} looked at and right, {len(report.skipped)} not looked at. {left_out(report)}".rstrip()


def _finding(one: Finding) -> Iterator[str]:
    yield f"{one.file}:{one.line}: {one.severity}: {one.message} [{one.rule}]"
    if text := one.evidence[0].text:
        yield f"    {one.line:>4} | {text}"
    more = places(one)
    if more:
        shown = ", ".join(more[:MAX_PLACES])
        yield f"    also {shown}" + (f" and {len(more) - MAX_PLACES} more" if len(more) > MAX_PLACES else "")
    if one.chain:
        yield f"    reached by {' → '.join(one.chain)}"
    if one.fix.text:
        mark = {"safe": "--fix does it", "suggested": "--unsafe-fixes does it"}.get(one.fix.kind, "")
        yield f"    fix: {one.fix.text}" + (f" ({mark})" if mark and one.fix.edits else "")
    if one.confidence < 0.6:
        yield f"    not sure: confidence {one.confidence:.2f}"


def _checklist(found: Checklist) -> Iterator[str]:
    if found.names:
        yield from ("", "Environment")
        for name in found.names:
            needed = "required" if name.required else "optional"
            shown = f", such as {name.example}" if name.example else ""
            owner = f" for {name.owner}" if name.owner else ""
            yield f"  {name.platform:<7} {name.name}  {name.kind}, {needed}{owner}, read at {name.found_at}{shown}"
    for plan in found.plans:
        yield from ("", f"Steps on {plan.platform}")
        yield from (f"  {number}. {step}" for number, step in enumerate(plan.steps, 1))
        yield from (f"  expect in the log: {line}" for line in plan.expect)
