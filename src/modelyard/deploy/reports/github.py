"""A report as workflow commands of GitHub: each finding beside its line in the pull request."""

from collections.abc import Iterator

from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.reports.words import counted, verdict_line

LEVELS = {"critical": "error", "error": "error", "warning": "warning", "info": "notice"}


def as_github(report: Report) -> str:
    """Return one line for each finding, then the verdicts."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (_annotation(one) for one in report.findings)
    verdicts = "; ".join(verdict_line(platform, said) for platform, said in report.platforms.items())
    yield f"::notice title=Audit::{_data(f'{counted(report)}. {verdicts}')}"


def _annotation(one: Finding) -> str:
    given = {"file": one.file, "line": one.line, "endLine": one.end_line, "title": f"{one.rule} {one.severity}"}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items())
    return f"::{LEVELS[one.severity]} {properties}::{_data(f'{one.message} {one.fix.text}'.strip())}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
