"""Terminal commands that look at a code base before it is deployed."""

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from modelyard.deploy.auditing.audit import all_rules, audit
from modelyard.deploy.auditing.baseline import Baseline, document_of
from modelyard.deploy.auditing.settings import AuditSettings, settings_of, without_excluded
from modelyard.deploy.code.files import CodeBase, read_code_base
from modelyard.deploy.finding import PLATFORMS, SEVERITIES, Platform, Report
from modelyard.deploy.fixing.mending import Mended, mend
from modelyard.deploy.fixing.patch import patch_of
from modelyard.deploy.fixing.writing import write
from modelyard.deploy.project.project import Project
from modelyard.deploy.reports.forms import Form, as_form
from modelyard.kernel.errors import Invalid

NOTHING_TO_AUDIT, BELOW, AT_OR_ABOVE = 3, 10, 20
"""Exit codes beside 0 (clean, or SARIF, whose readers judge for themselves), 1 (a fault of ours) and 2 (usage)."""
FailOn = Literal["critical", "error", "warning", "info", "never"]
DAY = "%Y-%m-%d"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("audit")(audit_folder)


def audit_folder(
    path: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, readable=True, help="The folder of the code base.")
    ],
    platform: Annotated[
        str | None, typer.Option(help="hf, vercel, render, with commas between; default: all that apply.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How the report is written.")] = "text",
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write it; default standard output.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="The least severity that ends the command with 20; default: error.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Findings in this file are not told again.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write what is found as a baseline, and end with 0.")
    ] = None,
    show_diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")
    ] = False,
    do_fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely, and audit again.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: the suggested fixes too. Read them.")
    ] = False,
    facts_date: Annotated[
        datetime | None,
        typer.Option(formats=[DAY], metavar="YYYY-MM-DD", help="The day by which facts are old; default: today."),
    ] = None,
) -> None:
    """Say whether a code base can be deployed on Hugging Face Spaces, Vercel and Render, and what to mend first.

    Nothing of it is run, imported or sent. Ends with 0 when nothing is found, 10 when all findings are below
    `--fail-on`, 20 otherwise; 2 for wrong usage, 3 when there is nothing to audit.
    """
    today = facts_date.date() if facts_date else datetime.now(UTC).date()
    rules = all_rules()
    names = {rule.kind_name(): rule for rule in rules}
    try:
        code = read_code_base(path)
        settings = settings_of(code, names)
        known = _baseline(baseline, settings, code)
    except Invalid as error:
        raise typer.BadParameter(f"{error.message} {error.hint or ''}".strip()) from None
    code = without_excluded(code, settings.exclude)
    if not any(file.size for file in code.files.values()):
        typer.echo(f"There is nothing to audit in {path}: no file has any content.", err=True)
        raise typer.Exit(NOTHING_TO_AUDIT)
    platforms = _platforms(platform)

    def audited(these: CodeBase) -> Report:
        return audit(Project(these), rules, platforms, settings=settings, baseline=known, today=today)

    if do_fix or show_diff:
        mended = mend(code, audited, is_unsafe=unsafe_fixes)
        if do_fix:
            write(path, mended)
        report, code = (mended.report, mended.after) if do_fix else (audited(code), code)
        _say_mended(mended, is_written=do_fix, is_unsafe=unsafe_fixes)
    else:
        report = audited(code)
    gc.freeze()  # the end of the program looks for garbage among millions of nodes of trees, a second for nothing
    if write_baseline is not None:
        write_baseline.write_text(document_of(report.findings), encoding="utf-8")
        typer.echo(f"{write_baseline} knows {len(report.findings)} findings.", err=True)
        return
    if not show_diff:
        _write(as_form(form, report, rules, code), out)
    raise typer.Exit(_exit_code(report, form, fail_on or settings.fail_on or "error"))


def _platforms(text: str | None) -> tuple[Platform, ...] | None:
    if text is None:
        return None
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [one for one in wanted if one not in PLATFORMS]
    if unknown or not wanted:
        raise typer.BadParameter(f"{', '.join(unknown) or 'Nothing'} is no platform: {', '.join(PLATFORMS)}.")
    return tuple(platform for platform in PLATFORMS if platform in wanted)


def _baseline(given: Path | None, settings: AuditSettings, code: CodeBase) -> Baseline | None:
    """Return the baseline that the command names, else the one that the settings name."""
    if given is not None:
        return Baseline.read(given.read_text("utf-8", errors="replace"), given.name)
    if settings.baseline is None:
        return None
    there = code.get(settings.baseline)
    if there is None:
        raise Invalid(f"The settings name the baseline {settings.baseline}, which is not there.")
    return Baseline.read(there.text, there.path)


def _say_mended(mended: Mended, *, is_written: bool, is_unsafe: bool) -> None:
    """Print the diff, or what was mended; what is left goes to standard error."""
    if not is_written:
        typer.echo(patch_of(mended), nl=False)
    verb = "Mended" if is_written else "Would mend"
    typer.echo(f"{verb} {len(mended.done)} findings in {len(mended.changed)} files.", err=True)
    for path in mended.changed:
        typer.echo(f"  {path}", err=True)
    suggested = sum(one.fix.kind == "suggested" and bool(one.fix.edits) for one in mended.report.findings)
    if suggested and not is_unsafe:
        typer.echo(f"{suggested} more have a suggested fix: read them with --diff --unsafe-fixes.", err=True)
    for one in mended.left:
        typer.echo(f"not mended: {one.rule} {one.file}:{one.line}, its edit is there or clashes.", err=True)
    for thing in mended.by_person:
        typer.echo(f"to be done by a person: {thing}", err=True)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _exit_code(report: Report, form: Form, fail_on: FailOn) -> int:
    if form == "sarif" or not report.findings:
        return 0
    if fail_on == "never":
        return BELOW
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return AT_OR_ABOVE if any(one.severity in grave for one in report.findings) else BELOW
