"""Words and lists that every form of a report shares."""

from modelyard.deploy.auditing.verdicts import NAMES
from modelyard.deploy.finding import SEVERITIES, Deployed, EnvironmentName, Finding, Platform, PlatformReport, Report

VERDICTS = {
    "ready": "ready",
    "changes": "ready with changes",
    "blocked": "not possible on this tier",
}
KINDS = {
    "secret": "secret: encrypted, never in a variable, a file or an image",
    "variable": "variable: readable by others on Spaces",
    "build": "build-time value: part of the pages, readable by everybody",
}


def platform_name(platform: Platform) -> str:
    """Return a platform as its owners call it."""
    return NAMES[platform]


def counted(report: Report) -> str:
    """Return how many findings there are of each severity, in words."""
    n = {severity: sum(one.severity == severity for one in report.findings) for severity in SEVERITIES}
    parts = [f"{count} {severity}" for severity, count in n.items() if count]
    return ", ".join(parts) or "no findings"


def verdict_line(platform: Platform, said: PlatformReport) -> str:
    """Return a platform's verdict in a line."""
    return f"{platform_name(platform)}: {VERDICTS[said.verdict]}"


def places(one: Finding) -> tuple[str, ...]:
    """Return where a finding shows beside its first place."""
    return tuple(span.place for span in one.evidence[1:])


def by_person(report: Report) -> tuple[str, ...]:
    """Return what only a person can do, each once."""
    return tuple(dict.fromkeys(thing for one in report.findings for thing in one.fix.by_person))


def left_out(report: Report) -> str:
    """Return what is not told again, in a sentence; empty when everything is."""
    parts = []
    if report.project.n_known:
        parts.append(f"{report.project.n_known} known from the baseline")
    if report.project.n_ignored:
        parts.append(f"{report.project.n_ignored} ignored by comments or settings (listed under Not looked at)")
    return f"Left out: {' and '.join(parts)}." if parts else ""


def deployed_line(one: Deployed) -> str:
    """Return what is deployed and how it starts, in a line."""
    where = f"{one.root}/" if one.root else "the top folder"
    declared = f"declared at {one.manifest}" if one.manifest else "declared" if one.is_declared else "not declared"
    listens = f"listens on {one.port}" if one.port else f"listens on ${one.port_from}" if one.port_from else ""
    starts = f"starts `{one.command}`" if one.command else ""
    parts = [f"{one.shape} from {where}, {declared}", starts, listens]
    return f"{one.name}: {'; '.join(part for part in parts if part)}"


NAME_HEAD = ("Name", "Platform", "Kind", "Required", "Owner", "Example", "Read at")


def name_row(one: EnvironmentName) -> tuple[str, ...]:
    """Return a name of the environment as tables show it, in the order of NAME_HEAD."""
    needed = "yes" if one.required else "no"
    return one.name, platform_name(one.platform), KINDS[one.kind], needed, one.owner, one.example, one.found_at
