"""A report as one HTML page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Finding, Report, Span
from modelyard.deploy.fixing.patch import patch_of_finding
from modelyard.deploy.reports.checklist import checklist
from modelyard.deploy.reports.diagnosis import diagnoses
from modelyard.deploy.reports.words import (
    NAME_HEAD,
    VERDICTS,
    by_person,
    counted,
    deployed_line,
    left_out,
    name_row,
    platform_name,
)

AROUND = 2
"""Lines of code shown before and after the first place of a finding."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_page(report: Report, code: CodeBase | None = None) -> str:
    """Return the whole report; with the code base, code around each finding and each fix as a diff."""
    return "\n".join(_lines(report, code)) + "\n"


def _lines(report: Report, code: CodeBase | None) -> Iterator[str]:
    style = files("modelyard.deploy.reports").joinpath("page.css").read_text("utf-8")
    title = escape(f"Audit of {report.project.name}")
    yield f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    yield _text("p", f"{report.project.n_files:,} files, {counted(report)}. {left_out(report)}")
    yield from _verdicts(report)
    yield "<h2>Findings</h2>"
    for one in report.findings:
        yield from _finding(one, code)
    if not report.findings:
        yield _text("p", "Nothing was found.")
    yield from _checklist(report)
    yield "<h2>When it does not work</h2>"
    yield from _table(
        ("What is seen", "Why", "What to do", "Here"),
        ((one.symptom.seen, one.symptom.why, one.symptom.do, ", ".join(one.here)) for one in diagnoses(report)),
    )
    yield f"<details><summary>Looked at and right: {len(report.passes)}</summary>"
    yield from _table(
        ("Rule", "Where", "What"), ((one.rule, f"{one.file}:{one.line}", one.message) for one in report.passes)
    )
    yield f"</details>\n<details><summary>Not looked at: {len(report.skipped)}</summary>"
    yield from _table(("Rule", "Why"), ((one.rule, one.why) for one in report.skipped))
    yield "</details>\n</main>\n</body>\n</html>"


def _verdicts(report: Report) -> Iterator[str]:
    yield '<div class="verdicts">'
    for platform, said in report.platforms.items():
        yield f'<section class="verdict {said.verdict}">{_text("h2", platform_name(platform))}'
        yield _text("p", VERDICTS[said.verdict], "said")
        yield from _list("ul", said.reasons)
        living = [one for one in report.project.deployables if one.platform == platform]
        yield from (_text("p", deployed_line(one), "deployed") for one in living)
        yield "</section>"
    yield "</div>"


def _finding(one: Finding, code: CodeBase | None) -> Iterator[str]:
    yield f'<article class="finding {one.severity}">'
    yield f'<h3><span class="severity">{one.severity}</span> {escape(one.message)}</h3>'
    yield _text("p", f"{one.rule} · {one.file}:{one.line}" + (" · blocks" if one.blocks else ""), "place")
    yield from _excerpt(one.evidence[0], code)
    if more := [f"{span.place}  {span.text}".rstrip() for span in one.evidence[1:]]:
        told = escape("\n".join(more))
        counted_places = f"{len(more)} more place" + ("s" if len(more) > 1 else "")
        yield f"<details><summary>{counted_places}</summary><pre>{told}</pre></details>"
    if one.chain:
        yield _text("p", f"Reached by {' → '.join(one.chain)}", "chain")
    yield f"<p><strong>Fix.</strong> {escape(one.fix.text)}</p>"
    if code is not None and (patch := patch_of_finding(code, one)):
        yield from _diff(patch)
    if one.fact:
        yield _text("p", f"Rests on: {one.fact}", "fact")
    yield "</article>"


def _excerpt(span: Span, code: CodeBase | None) -> Iterator[str]:
    """Yield the first line with what stands around it, secrets masked."""
    file = code.files.get(span.file) if code is not None else None
    if file is None or not file.text:
        if span.text:
            yield f'<pre class="code"><mark>{span.line:>5}  {escape(span.text)}</mark></pre>'
        return
    lines = []
    for number in range(max(1, span.line - AROUND), min(len(file.lines), span.line + AROUND) + 1):
        shown = f"{number:>5}  {escape(file.excerpt(number))}"
        lines.append(f"<mark>{shown}</mark>" if number == span.line else shown)
    yield '<pre class="code">' + "\n".join(lines) + "</pre>"


def _diff(patch: str) -> Iterator[str]:
    classes = {"+": "added", "-": "removed", "@": "hunk"}
    lines = patch.rstrip("\n").split("\n")
    marked = (f'<span class="{classes.get(line[:1], "same")}">{escape(line)}</span>' for line in lines)
    yield '<details><summary>As a diff</summary><pre class="diff">' + "\n".join(marked) + "</pre></details>"


def _checklist(report: Report) -> Iterator[str]:
    found = checklist(report)
    yield "<h2>To deploy it</h2>"
    yield from _table(
        NAME_HEAD,
        (name_row(one) for one in found.names),
    )
    for plan in found.plans:
        yield _text("h3", plan.platform)
        yield from _list("ol", plan.steps)
        if plan.expect:
            expected = escape("\n".join(plan.expect))
            yield f"<p>In the log:</p><pre>{expected}</pre>"
    if things := by_person(report):
        yield "<h3>To be done by a person</h3>"
        yield from _list("ul", things)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = list(rows)
    if not cells:
        yield _text("p", "None.")
        return
    yield '<div class="table"><table><thead><tr>' + "".join(_text("th", one) for one in head) + "</tr></thead><tbody>"
    yield from ("<tr>" + "".join(_text("td", cell) for cell in row) + "</tr>" for row in cells)
    yield "</tbody></table></div>"


def _list(tag: str, items: Iterable[str]) -> Iterator[str]:
    if told := [_text("li", item) for item in items]:
        yield f"<{tag}>{''.join(told)}</{tag}>"


def _text(tag: str, text: str, name: str = "") -> str:
    attribute = f' class="{name}"' if name else ""
    return f"<{tag}{attribute}>{escape(text)}</{tag}>"
