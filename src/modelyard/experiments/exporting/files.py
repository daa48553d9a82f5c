"""An export written to a file of this machine, its format by the file's ending."""

import tempfile
from pathlib import Path
from typing import get_args

from modelyard.experiments.comparing.verbs import results_of
from modelyard.experiments.exporting.content import content_of
from modelyard.experiments.exporting.html import write_html
from modelyard.experiments.exporting.pdf import write_pdf
from modelyard.experiments.exporting.telling import attempt_facts
from modelyard.experiments.exporting.verbs import ExportFormat, export_attempt
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import Invalid
from modelyard.kernel.yard import Yard

REPORTS = ("html", "pdf")


def write_export(yard: Yard, actor: Actor, experiment_id: str, number: int, target: Path) -> None:
    """Write the answers, the comparison or a report of an attempt; raise Invalid for an ending that is no format."""
    ending = target.suffix.lower().removeprefix(".")
    if ending in REPORTS:
        _write_report(yard, actor, experiment_id, number, target, is_pdf=ending == "pdf")
        return
    file_format: ExportFormat | None = next((each for each in get_args(ExportFormat) if each == ending), None)
    if file_format is None:
        known = ", ".join((*get_args(ExportFormat), *REPORTS))
        raise Invalid(f"{target.name!r} ends like no format of exports.", hint=f"Formats: {known}.")
    _, pieces = export_attempt(yard, actor, experiment_id, number, file_format)
    with target.open("wb") as file:
        file.writelines(pieces)


def _write_report(yard: Yard, actor: Actor, experiment_id: str, number: int, target: Path, *, is_pdf: bool) -> None:
    with yard.context(actor, writes=False) as ctx:
        attempt = get_attempt(ctx, experiment_id, number)
        results = results_of(ctx, experiment_id, number)
        facts, made_at = attempt_facts(attempt, results), ctx.clock()
        title = attempt.document["name"]
    content = content_of(results, facts, title=title, number=number, made_at=made_at)
    if not is_pdf:
        write_html(content, target)
        return
    with tempfile.TemporaryDirectory() as scratch:
        write_pdf(content, target, scratch=Path(scratch))
